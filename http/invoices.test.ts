import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OrderId } from "../actors/ids.ts";
import type { IssuedDocument } from "../actors/series/document.ts";
import { formatCursor } from "../projections/cursor.ts";
import { Chain, issued, parrot, saying, sellerSaid } from "../projections/testing/issuing.ts";
import { orderIdOf } from "./order_id.ts";
import { pointersOf } from "./testing/told.ts";
import { openTown, orderOf, type Town } from "./testing/town.ts";

let town: Town;
const webOrder = { id: orderIdOf("web", "1"), number: "1", placedOn: "2026-11-01" };
const shopOrder = { id: orderIdOf("shop", "2"), number: "2", placedOn: "2026-11-01" };
const invoices = new Chain(), credits = new Chain("CN", "credit_note");
const invoice = invoices.next("ship:1", [["2.50", "0.50"]], {
  order: webOrder,
  buyer: { actor: `order:${webOrder.id}` },
});
const shops = invoices.next("ship:2", [["1.00", "0.20"]], { order: shopOrder, channel: "shop" });
const credit = credits.next("credit:1", [["1.00", "0.20"]], {
  order: webOrder,
  issuedOn: "2026-12-01",
  corrects: [{ number: invoice.number, issuedOn: invoice.issuedOn }],
});
const customer = { name: "Ada", language: "de", address: { country: "DE" } };

beforeAll(async () => {
  town = await openTown({ actors: { series: parrot } });
  await town.call("POST", "/v1/stock/receipts", {
    location: "LON1",
    reference: "r",
    lines: [{ sku: "A", quantity: 9 }],
  });
  await town.call("POST", "/v1/orders", orderOf("1", ["A"], { customer }));
  await town.call("POST", "/v1/orders", orderOf("2", ["A"], { channel: "shop" }));
  const events = [sellerSaid, ...[invoice, shops, credit].map(issued)];
  await town.ask({ ...saying("main", ...events), patienceMs: 60_000 });
  await town.settled();
});
afterAll(() => town.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  town.call("GET", path, undefined, headers);
const numbers = ({ items = [] }: { readonly items?: readonly { readonly number?: unknown }[] }) =>
  items.map(({ number }) => number);

describe("GET /v1/orders/{orderId}/invoices", () => {
  test("lists its invoices and credit notes, oldest first", async () => {
    const { status, body, headers } = await get(`/v1/orders/${webOrder.id}/invoices`);
    expect({ status, numbers: numbers(body) }).toEqual({
      status: 200,
      numbers: [invoice.number, credit.number],
    });
    expect(body.items?.[0]).toMatchObject({
      type: "invoice",
      net: "2.50",
      tax: "0.50",
      total: "3.00",
      due: "3.00",
    });
    const again = await get(`/v1/orders/${webOrder.id}/invoices`, { "if-none-match": headers.get("etag")! });
    expect(again.status).toBe(304);
  });

  test("is 404 for an order that is unknown, or another channel's", async () => {
    const unknown = await get(`/v1/orders/${orderIdOf("web", "404") as OrderId}/invoices`);
    expect(unknown).toMatchObject({ status: 404, body: { type: "/problems/unknown-order" } });
    const foreign = await get(`/v1/orders/${shopOrder.id}/invoices`, { authorization: "Bearer web" });
    expect(foreign).toMatchObject({ status: 404, body: { type: "/problems/unknown-order" } });
  });
});

describe("GET /v1/invoices/{number}", () => {
  test("is JSON with its seller and buyer unless something else is asked for", async () => {
    for (const path of [invoice.number, `${invoice.number}.json`]) {
      const { status, body, headers } = await get(`/v1/invoices/${path}`);
      expect({ status, type: headers.get("content-type") }).toEqual({
        status: 200,
        type: "application/json",
      });
      expect(body).toMatchObject({
        ...{ number: invoice.number, hash: invoice.hash, total: "3.00", orderId: webOrder.id },
        seller: { name: "Example Ltd" },
        buyer: { name: "Ada" },
      });
    }
  });

  test("is 304 for who has it already, and another thing in another language", async () => {
    const first = await get(`/v1/invoices/${invoice.number}`);
    const tag = { "if-none-match": first.headers.get("etag")! };
    expect((await get(`/v1/invoices/${invoice.number}`, tag)).status).toBe(304);
    expect((await get(`/v1/invoices/${invoice.number}`, { ...tag, "accept-language": "fr" })).status).toBe(
      200,
    );
  });

  test("is 406 when nothing of what is accepted can be made", async () => {
    const refused = await get(`/v1/invoices/${invoice.number}`, { accept: "image/png" });
    expect(refused).toMatchObject({ status: 406, body: { type: "/problems/not-acceptable" } });
  });

  test("is JSON for a browser, and where the form that is liked better cannot be made", async () => {
    const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for (const accept of [browser, "application/xml, application/json;q=0.5"]) {
      const { status, headers } = await get(`/v1/invoices/${invoice.number}`, { accept });
      expect([status, headers.get("content-type")]).toEqual([200, "application/json"]);
    }
    const refused = await get(`/v1/invoices/${invoice.number}`, { accept: "application/xml" });
    expect(refused).toMatchObject({ status: 406, body: { detail: expect.stringContaining("BR-S-02") } });
  });

  test("is 404 for a number that was never issued, an unknown suffix, and another channel's", async () => {
    const none = ["INV-2026-000099", "INV%00", "INV%0A.pdf", "%C3%84-1", "I".repeat(65)];
    for (const path of [...none, `${invoice.number}.docx`]) {
      expect(await get(`/v1/invoices/${path}`)).toMatchObject({
        status: 404,
        body: { type: "/problems/unknown-invoice" },
      });
    }
    const own = await get(`/v1/invoices/${shops.number}`, { authorization: "Bearer shop" });
    const foreign = await get(`/v1/invoices/${shops.number}`, { authorization: "Bearer web" });
    expect([own.status, foreign.status]).toEqual([200, 404]);
  });

  test("needs the scope invoices:read", async () => {
    const refused = await get(`/v1/invoices/${invoice.number}`, { authorization: "Bearer reader" });
    expect(refused).toMatchObject({ status: 403 });
  });
});

describe("GET /v1/invoices", () => {
  test("lists by day of issue, in pages, and filtered", async () => {
    const { body, headers } = await get("/v1/invoices?limit=2");
    expect(numbers(body)).toEqual([invoice.number, shops.number]);
    const next = /<([^>]+)>; rel="next"/.exec(headers.get("link")!)![1]!;
    expect(numbers((await get(next)).body)).toEqual([credit.number]);
    const filters: readonly (readonly [string, readonly IssuedDocument[]])[] = [
      ["series=CN-2026", [credit]],
      ["type=invoice&channel=shop", [shops]],
      ["from=2026-11-03&to=2026-12-31", [credit]],
      ["to=2026-11-01", []],
    ];
    for (const [query, expected] of filters) {
      const found = await get(`/v1/invoices?${query}`);
      expect(numbers(found.body), query).toEqual(expected.map(({ number }) => number));
    }
  });

  test("shows a storefront its own channel's alone", async () => {
    const own = await get("/v1/invoices", { authorization: "Bearer shop" });
    expect(numbers(own.body)).toEqual([shops.number]);
    const foreign = await get("/v1/invoices?channel=web", { authorization: "Bearer shop" });
    expect(foreign).toMatchObject({ status: 403 });
  });

  test("names every part of the query that is wrong", async () => {
    const orders = await get("/v1/orders?limit=1"), { next } = orders.body;
    for (const path of ["/v1/invoices", "/v1/carriers/accuracy"]) {
      const reversed = await get(`${path}?from=2026-12-01&to=2026-01-01`);
      expect([reversed.status, pointersOf(reversed.body)], path).toEqual([422, ["/query/to"]]);
    }
    expect((await get("/v1/invoices?from=2026-12-01&to=2026-12-01")).status).toBe(200);
    const wrong = await get(`/v1/invoices?from=2026-02-30&to=yesterday&type=quote&cursor=${next}`);
    expect(wrong).toMatchObject({ status: 422 });
    expect(wrong.body.errors?.map(({ pointer }) => pointer).sort()).toEqual(
      ["/query/cursor", "/query/from", "/query/to", "/query/type"],
    );
  });

  test.each([
    ["a sequence that no column holds", ["INV-2026", 2 ** 31, "main"]],
    ["a sequence before the first", ["INV-2026", -1, "main"]],
    ["a NUL in its series", ["INV\0", 1, "main"]],
    ["a NUL in its entity", ["INV-2026", 1, "\0"]],
    ["half a character", ["\ud800", 1, "main"]],
  ])("refuses a cursor that somebody made up: %s", async (_, place) => {
    const cursor = formatCursor({ at: "2026-11-01T00:00:00.000Z", id: JSON.stringify(place) });
    const refused = await get(`/v1/invoices?cursor=${cursor}`);
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: "/query/cursor" }] } });
  });

  test("is the journal as CSV, with control totals, whatever page is asked for", async () => {
    const { status, text, headers } = await get("/v1/invoices?limit=1&from=2026-11-01", {
      accept: "text/csv",
    });
    expect({ status, type: headers.get("content-type") }).toEqual({
      status: 200,
      type: "text/csv; charset=utf-8; header=present",
    });
    const lines = text.split("\r\n");
    expect(lines.filter((line) => /^\d/.test(line))).toHaveLength(3);
    expect(lines.find((line) => line.startsWith(",total,"))).toMatch(/GBP,,,2.50,0.50,3.00,3$/);
    expect(headers.get("content-disposition")).toContain('filename="journal-2026-11-01.csv"');
  });

  test("ends the journal as broken when its end cannot be read", async () => {
    const headers = { authorization: "Bearer all", accept: "text/csv" };
    const before = town.reports.length;
    const answer = await town.app.request("/v1/invoices", { headers });
    const reader = answer.body!.getReader();
    await reader.read();
    town.queries.down = true;
    const end = async () => {
      while (!(await reader.read()).done);
    };
    await expect(end()).rejects.toThrow();
    town.queries.down = false;
    expect(town.reports.length).toBe(before + 1);
  });
});
