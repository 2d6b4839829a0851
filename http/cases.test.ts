import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ScanInput } from "../actors/commands.ts";
import { caseIdOf } from "../actors/parcel/case_id.ts";
import { parcelActor } from "./carriers/parcel_key.ts";
import { openTown, orderOf, type Town } from "./testing/town.ts";
import { pointersOf } from "./testing/told.ts";

let town: Town, sent = 0;
beforeEach(async () => {
  town = await openTown();
  await town.call("POST", "/v1/stock/receipts", {
    location: "LON1",
    reference: "r1",
    lines: [{ sku: "A", quantity: 9 }],
  });
});
afterEach(() => town.close());

type Said = Pick<ScanInput, "status"> & Partial<ScanInput>;

/** A parcel on its way, of which its carrier says this. */
async function parcel(number: string, said: Said, channel = "web") {
  const placed = { ...orderOf(number, ["A"]), channel, customer: { id: `c${number}` } };
  const { body: { orderId } } = await town.call("POST", "/v1/orders", placed);
  await town.call("POST", `/v1/orders/${orderId}/shipments`, {
    ...{ reference: number, location: "LON1", carrier: "ups", trackingNumber: number },
    lines: [{ sku: "A", quantity: 1 }],
  });
  await scan(number, said);
  return { orderId, caseId: caseIdOf(`ups:${number}`, 1) };
}
/** As if a callback of the carrier had been worked out. */
async function scan(number: string, said: Said) {
  const scans = [{ description: "", carrierCode: "", atMs: Date.now() + 1_000 * ++sent, ...said }];
  const command = { type: "scans", source: "cb", scans };
  await town.ask({ to: parcelActor("ups", number), command, patienceMs: 60_000 });
  await town.settled();
}
const badAddress = { status: "exception", subStatus: "address_issue" } as const;
const lost = { status: "exception", subStatus: "lost" } as const;
const list = (query = "") => town.call("GET", `/v1/cases${query}`);
const write = (id: string, what: string, body: unknown, key = what, headers: Record<string, string> = {}) =>
  town.call("POST", `/v1/cases/${id}/${what}`, body, { "idempotency-key": key, ...headers });

describe("GET /v1/cases", () => {
  test("tells whose parcel it is, what is wrong, who should do something and by when", async () => {
    const { orderId, caseId } = await parcel("1Z1", badAddress);
    const { status, body, headers } = await list();
    expect(status).toBe(200);
    expect(headers.get("etag")).toMatch(/^".+"$/);
    expect(body.items).toEqual([{
      ...{ caseId, state: "open", problem: "exception/address_issue", description: "The address is wrong" },
      ...{ team: "customer_service", priority: "high" },
      ...{ dueAt: expect.stringMatching(/Z$/), openedAt: expect.stringMatching(/Z$/) },
      ...{ carrier: "ups", trackingNumber: "1Z1", shipmentId: expect.stringMatching(/^shp_/), orderId },
      ...{ channel: "web", orderNumber: "1Z1", customerReference: "c1Z1", notes: 0 },
    }]);
  });

  test("is filtered by state, team, priority, carrier, order and what is due before", async () => {
    const { caseId: wrong, orderId } = await parcel("1Z1", badAddress);
    const { caseId: gone } = await parcel("1Z2", lost);
    const { caseId: over } = await parcel("1Z3", badAddress);
    await scan("1Z3", { status: "delivered" });
    const soon = new Date(Date.now() + 20 * 3_600_000).toISOString();
    const found = async (query: string) => (await list(query)).body.items?.map(({ caseId }) => caseId);
    expect(await found("?state=open")).toEqual([wrong, gone]);
    expect(await found("?state=closed")).toEqual([over]);
    expect(await found("?team=carrier_desk")).toEqual([gone]);
    expect(await found("?priority=high")).toEqual([wrong, over]);
    expect(await found("?carrier=dpd")).toEqual([]);
    expect(await found(`?orderId=${orderId}`)).toEqual([wrong]);
    expect(await found(`?state=open&dueBefore=${soon}`)).toEqual([wrong]);
  });

  test("comes in pages, what is due first at the top", async () => {
    const ids = [];
    for (const number of ["1Z1", "1Z2", "1Z3"]) ids.push((await parcel(number, badAddress)).caseId);
    const first = await list("?limit=2");
    const [, next] = /^<(.+)>; rel="next"$/.exec(first.headers.get("link") ?? "") ?? [];
    const second = await town.call("GET", next!);
    expect([first, second].flatMap(({ body }) => body.items?.map(({ caseId }) => caseId))).toEqual(ids);
    expect(second.headers.get("link")).toBeNull();
  });

  test.each(["?state=new", "?priority=huge", "?dueBefore=tomorrow", "?cursor=x", "?limit=0"])(
    "a wrong query is named: %s",
    async (query) => {
      const { status, body } = await list(query);
      expect(status).toBe(422);
      expect(pointersOf(body)).toEqual([`/query/${query.slice(1, query.indexOf("="))}`]);
    },
  );

  test("shows a storefront its own orders' cases, and nobody without the scope any", async () => {
    const { caseId } = await parcel("1Z1", badAddress);
    const { caseId: theirs } = await parcel("1Z2", badAddress, "shop");
    const web = { authorization: "Bearer web" };
    const seen = await town.call("GET", "/v1/cases", undefined, web);
    expect(seen.body.items?.map((one) => one.caseId)).toEqual([caseId]);
    expect((await town.call("GET", `/v1/cases/${theirs}`, undefined, web)).status).toBe(404);
    expect((await write(theirs, "close", {}, "c", web)).status).toBe(404);
    const reader = { authorization: "Bearer reader" };
    expect((await town.call("GET", "/v1/cases", undefined, reader)).status).toBe(403);
    expect((await write(caseId, "close", {}, "c", reader)).status).toBe(403);
  });
});

describe("a case", () => {
  test("is closed when its problem is gone, and says so", async () => {
    const { caseId } = await parcel("1Z1", badAddress);
    await scan("1Z1", { status: "out_for_delivery" });
    expect((await town.call("GET", `/v1/cases/${caseId}`)).body).toMatchObject({
      state: "closed",
      closeReason: "cleared",
      closedAt: expect.stringMatching(/Z$/),
    });
  });

  test("keeps what people write down, and the log never sees it", async () => {
    const { caseId } = await parcel("1Z1", badAddress);
    const noted = await write(caseId, "notes", { text: "Ada lives at number 14" });
    expect(noted.status).toBe(201);
    expect(noted.body).toMatchObject({ caseId, state: "open", noteId: expect.stringMatching(/./) });
    const again = await write(caseId, "notes", { text: "Ada lives at number 14" });
    expect(again.body).toEqual(noted.body);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect((await town.call("GET", `/v1/cases/${caseId}`)).body.notes).toEqual([
      {
        noteId: noted.body.noteId,
        at: expect.stringMatching(/Z$/),
        by: "all",
        text: "Ada lives at number 14",
      },
    ]);
    expect((await list()).body.items?.[0]?.notes).toBe(1);
    const { command, personal } = town.asked.findLast(({ command }) => command.type === "case.note")!;
    expect(JSON.stringify(command)).not.toContain("Ada");
    expect(personal).toBe("Ada lives at number 14");
  });

  test("is given to others, with another date", async () => {
    const { caseId } = await parcel("1Z1", badAddress), dueAt = "2030-01-01T00:00:00.000Z";
    const { status, body } = await write(caseId, "assign", { team: "warehouse", priority: "urgent", dueAt });
    expect(status).toBe(200);
    expect(body).toEqual({ caseId, state: "open", team: "warehouse", priority: "urgent", dueAt });
    expect((await town.call("GET", `/v1/cases/${caseId}`)).body).toMatchObject({ team: "warehouse", dueAt });
  });

  test("is closed by a person, and then given to nobody", async () => {
    const { caseId } = await parcel("1Z1", badAddress);
    const { status, body } = await write(caseId, "close", { outcome: "dismissed" });
    expect(status).toBe(200);
    expect(body.state).toBe("closed");
    expect((await town.call("GET", `/v1/cases/${caseId}`)).body.closeReason).toBe("dismissed");
    expect((await write(caseId, "assign", { team: "warehouse" })).body.type).toBe("/problems/case-closed");
  });

  test("needs an Idempotency-Key, and the same key with another body is a mismatch", async () => {
    const { caseId } = await parcel("1Z1", badAddress);
    const bare = await town.call("POST", `/v1/cases/${caseId}/close`, {});
    expect(bare.body.type).toBe("/problems/idempotency-key-required");
    await write(caseId, "assign", { team: "warehouse" });
    const { body } = await write(caseId, "assign", { team: "carrier_desk" });
    expect(body.type).toBe("/problems/idempotency-mismatch");
  });

  test.each<[string, unknown, string]>([
    ["notes", { text: "" }, "/text"],
    ["notes", { text: "x".repeat(4_001) }, "/text"],
    ["assign", { priority: "huge" }, "/priority"],
    ["assign", { team: "A Team" }, "/team"],
    ["assign", {}, ""],
    ["close", { outcome: "cleared" }, "/outcome"],
  ])("a wrong field is named: %s %j", async (what, body, pointer) => {
    const answer = await write(caseIdOf("ups:1Z1", 1), what, body);
    expect(answer.status).toBe(422);
    expect(pointersOf(answer.body)).toEqual([pointer]);
  });

  test("that was never opened is a 404", async () => {
    for (const id of [caseIdOf("ups:1Z1", 7), "case_nonsense", "x"]) {
      expect((await town.call("GET", `/v1/cases/${id}`)).body.type).toBe("/problems/unknown-case");
      expect((await write(id, "close", {})).body.type).toBe("/problems/unknown-case");
    }
  });
});
