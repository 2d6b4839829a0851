import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accept } from "../actors/actor.ts";
import { series } from "../actors/series/series.ts";
import { openTown, type Town } from "./testing/town.ts";

let town: Town;
beforeAll(async () => {
  town = await openTown();
});
afterAll(() => town.close());

const customer = { id: "17", name: "Ada", address: { country: "GB" } };
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  town.call("POST", path, body, headers);

describe("POST /v1/credits", () => {
  const lines = [{ description: "Old lamp", quantity: 2, unitPrice: "9.99", taxRate: "0.20" }];
  const body = { channel: "web", reference: "OLD-1", reason: "return", currency: "GBP", customer, lines };

  test("issues a credit note of its own, once, with the customer kept apart", async () => {
    const first = await post("/v1/credits", body), again = await post("/v1/credits", body);
    expect(first).toMatchObject({ status: 201, body: { type: "credit_note", total: "23.98" } });
    expect(again.body).toEqual(first.body);
    const note = await town.call("GET", first.headers.get("location")!);
    expect(note.body).toMatchObject({ net: "19.98", tax: "4.00", corrects: [], buyer: { name: "Ada" } });
    const command = town.asked.findLast(({ command }) => command.type === "issue_credit")!.command;
    expect(JSON.stringify(command)).not.toContain("Ada");
  });

  test("belongs to the key's own channel", async () => {
    const { channel: _, ...without } = body;
    const own = await post("/v1/credits", { ...without, reference: "OLD-2" }, {
      authorization: "Bearer shop",
    });
    expect(own.status).toBe(201);
    const note = await town.call("GET", own.headers.get("location")!);
    expect(note.body).toMatchObject({ channel: "shop" });
    expect(await post("/v1/credits", body, { authorization: "Bearer shop" })).toMatchObject({ status: 403 });
  });

  test("needs lines that say what they are", async () => {
    const wrong = await post("/v1/credits", {
      ...body,
      reference: "OLD-3",
      lines: [{ quantity: 1, unitPrice: "1" }],
    });
    expect(wrong).toMatchObject({ status: 422 });
    expect(wrong.body.errors).toEqual([{ pointer: "/lines/0", detail: "must have a description or a sku" }]);
  });
});

describe("GET /v1/credits/{creditId}", () => {
  const lines = [{ description: "Old lamp", quantity: 1, unitPrice: "10.00" }];
  const body = { channel: "web", reference: "SEEN-1", reason: "goodwill", currency: "GBP", lines };
  const at = (path: string, key = "all") =>
    town.call("GET", path, undefined, { authorization: `Bearer ${key}` });

  test("is where an answer that was not waited for leads, and says what became of it", async () => {
    const asked = await post("/v1/credits", body, { prefer: "respond-async" });
    expect(asked).toMatchObject({ status: 202, body: { pending: "credit" } });
    const place = asked.headers.get("location")!;
    expect(place).toBe(`/v1/credits/${asked.body.creditId}`);
    await expect.poll(async () => (await at(place)).body).toMatchObject({
      ...{ creditId: asked.body.creditId, status: "issued", channel: "web", reference: "SEEN-1" },
      ...{ number: expect.stringMatching(/^CN-/), total: "10.00" },
    });
    const tag = (await at(place)).headers.get("etag")!;
    expect(await town.call("GET", place, undefined, { "if-none-match": tag })).toMatchObject({ status: 304 });
  });

  test("says `issuing` while the series has not given it a number", async () => {
    const deaf = { ...series, decide: () => accept<never>() };
    const waiting = await openTown({ actors: { series: deaf } });
    try {
      const asked = await waiting.call("POST", "/v1/credits", body, { prefer: "wait=0" });
      expect(asked.status).toBe(202);
      const read = await waiting.call("GET", asked.headers.get("location")!);
      expect(read).toMatchObject({ status: 200, body: { status: "issuing", reason: "goodwill" } });
      expect(read.body).not.toHaveProperty("number");
    } finally {
      await waiting.close();
    }
  });

  test("is 404 only when its actor says so, and for another channel's key", async () => {
    const { headers } = await post("/v1/credits", { ...body, reference: "SEEN-2" }, {
      prefer: "respond-async",
    });
    const place = headers.get("location")!, unknown = { body: { type: "/problems/unknown-credit" } };
    expect(await at(place, "web")).toMatchObject({ status: 200 });
    expect(await at(place, "shop")).toMatchObject({ status: 404, ...unknown });
    for (const id of ["crd_x", `crd_${"0".repeat(26)}`]) {
      expect(await at(`/v1/credits/${id}`)).toMatchObject({ status: 404, ...unknown });
    }
    const unheard = await openTown({ host: false, limits: { patienceMs: 20 } });
    try {
      const early = await unheard.call("GET", place);
      expect(early).toMatchObject({ status: 503, body: { type: "/problems/no-answer" } });
    } finally {
      await unheard.close();
    }
  });
});
