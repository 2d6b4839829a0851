import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ProblemName, problems } from "../problems.ts";
import { problemAnswer } from "../schemas/answers.ts";
import { parcelActor } from "../carriers/parcel_key.ts";
import { openTown, type Town } from "../testing/town.ts";
import { apiDescription } from "./document.ts";
import {
  customerRequest,
  orderId,
  placedAt,
  problemExample,
  shipmentExample,
  shipmentId,
} from "./examples.ts";
import { shortExample } from "./payout_examples.ts";
import { lostExample } from "./return_examples.ts";

interface Media {
  readonly example?: unknown;
}
interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly schema: { readonly example?: unknown };
}
interface Operation {
  readonly security?: readonly unknown[];
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Record<string, Media> };
  readonly responses: Record<string, { readonly content?: Record<string, Media> }>;
}

// As a client sees it.
const { paths } = JSON.parse(JSON.stringify(apiDescription())) as {
  paths: Record<string, Record<string, Operation>>;
};
const calls = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation }))
);

let town: Town;
beforeAll(async () => {
  town = await openTown();
  town.clock.aheadMs = Date.parse(placedAt) - Date.now(); // Numbers of invoices name the year.
});
const nowMs = () => Date.now() + town.clock.aheadMs;
afterAll(() => town.close());

/** Sends what the form of the reference page sends when nothing in it is changed. */
function send({ method, path, operation: { parameters = [], requestBody } }: typeof calls[number]) {
  const url = new URL(path, "http://town");
  const headers: Record<string, string> = {};
  for (const { name, in: place, schema: { example } } of parameters) {
    if (example === undefined) continue;
    if (place === "path") url.pathname = decodeURI(url.pathname).replace(`{${name}}`, String(example));
    else if (place === "query") {
      for (const one of [example].flat()) url.searchParams.append(name, String(one));
    } else headers[name] = String(example);
  }
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  if (type !== undefined) headers["content-type"] = type;
  return town.call(method, url.pathname + url.search, media?.example, headers);
}

/** What the shop answers in the story. */
async function receiverAsks(): Promise<void> {
  const { request, kind } = customerRequest, { carrier, trackingNumber } = shipmentExample;
  const command = { type: "customer_ask", shipment: shipmentId, request, kind } as const;
  await town.ask({ to: parcelActor(carrier, trackingNumber), command, patienceMs: 60_000 });
}

const changing = new Set([
  ...["placedAt", "at", "asOf", "cause", "position", "fingerprint"],
  ...["hash", "issuedAt", "requestedAt"],
  ...["dueAt", "openedAt", "noteId"],
  ...["authorisedAt", "expiresAt", "receivedAt", "gradedAt"],
  ...["handedOverAt", "statusAt", "trackingToken", "trackingUrl", "askedAt"],
  ...["secret", "createdAt", "happenedAt", "nextAttemptAt", "formerSecretUntil"],
  ...["recordedAt", "matchedAt", "writtenOffAt", "invoices"],
]);
/** What does not depend on when it is told. */
const lasting = (text: string): unknown[] =>
  text.trimEnd().split("\n").map((line) =>
    JSON.parse(line, (name, value: unknown) => changing.has(name) ? "…" : value)
  );

const dayMs = 86_400_000;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, "2026-01-01".length);

/** As if callbacks of the carrier had been worked out, and the parcel had been told of its lane. */
async function told(...commands: readonly { readonly type: string }[]) {
  const { carrier, trackingNumber } = shipmentExample, to = parcelActor(carrier, trackingNumber);
  for (const command of commands) await town.ask({ to, command, patienceMs: 60_000 });
  await town.settled();
}
const scanned = (status: string, rest: object = {}) => ({
  type: "scans",
  source: "cb",
  scans: [{ status, ...rest, atMs: nowMs() + 60_000, description: "", carrierCode: "" }],
});
const before: { readonly [call: string]: () => Promise<void> } = {
  cancelReturn: async () => {
    await town.call("POST", `/v1/orders/${orderId}/returns`, lostExample);
  },
  writeOffPayoutLine: async () => {
    await town.call("POST", "/v1/payouts", shortExample);
  },
  answerRequest: receiverAsks,
  listCases: () => told(scanned("exception", { subStatus: "address_issue" })),
  listAccuracy: () => {
    const estimatedDelivery = { from: dayOf(nowMs() - dayMs), to: dayOf(nowMs() + dayMs) };
    const lane = { type: "lane", lane: { service: "next_day", from: "GB", to: "GB" } };
    const expected = { type: "scans", source: "cb", scans: [], estimatedDelivery };
    return told(lane, expected, scanned("delivered"));
  },
};

describe("the examples, sent as they stand, one after the other", () => {
  const story = [
    ...["describeLocation", "describeSku", "receiveGoods", "adjustStock"],
    ...["placeOrder", "placeOrders", "getOrder", "listOrders", "getOrderEvents", "getStock", "listStock"],
    ...["recordPayment", "cancelOrder", "shipParcel", "getShipment"],
    ...["announceReturn", "receiveReturn", "gradeReturn", "getReturn", "listReturns", "settleReturn"],
    "cancelReturn",
    ...["listOrderInvoices", "getInvoice", "listInvoices", "creditOrder", "refundOrder", "settleRefund"],
    ...["listRefunds", "issueCredit", "getCredit"],
    ...["listCases", "getCase", "noteCase", "assignCase", "closeCase", "answerRequest", "listAccuracy"],
    ...["recordPayout", "matchPayout", "listPayouts", "getPayout", "writeOffPayoutLine"],
    ...["createWebhookEndpoint", "listWebhookEndpoints", "getWebhookEndpoint", "rotateWebhookSecret"],
    ...["enableWebhookEndpoint", "testWebhookEndpoint", "listWebhookDeliveries", "replayWebhookDeliveries"],
    "deleteWebhookEndpoint",
  ];
  test.for(story)("%s is answered as its example says", async (id) => {
    await before[id]?.();
    const call = calls.find(({ operation }) => operation.operationId === id)!;
    const { status, text } = await send(call);
    const [expected, { content = {} }] = Object.entries(call.operation.responses)[0]!;
    expect({ status, text }).toMatchObject({ status: Number(expected) });
    const [media] = Object.values(content);
    if (media === undefined) return expect(text).toBe("");
    const { example } = media;
    expect(lasting(text)).toEqual(lasting(typeof example === "string" ? example : JSON.stringify(example)));
  });

  test("are of every call with a key", () => {
    const keyed = calls.filter(({ path, operation }) =>
      path.startsWith("/v1/") && operation.security?.length !== 0
    );
    expect(keyed.map(({ operation }) => operation.operationId).toSorted()).toEqual(story.toSorted());
  });
});

test("every problem has an example of its own kind", () => {
  for (const name of Object.keys(problems) as ProblemName[]) {
    const { value } = problemExample(name);
    expect(problemAnswer.parse(value)).toMatchObject({
      type: `/problems/${name}`,
      detail: expect.stringMatching(/^[A-Z][^`]+[^ ]$/),
    });
  }
});
