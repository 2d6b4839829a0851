import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { catalogue, namesOfAll, typeOf } from "../../projections/webhooks/catalogue.ts";
import { frozen, idAt } from "../../projections/webhooks/cloud_event.ts";
import { matches, wants } from "../../projections/webhooks/subscription.ts";
import type { WebhookEndpoint } from "../../streams/edge/webhook_endpoints.ts";
import { outgoingBackoff } from "../outgoing/backoff.ts";
import { courierLimits } from "./courier_limits.ts";
import { endpointsMax } from "./endpoint_desk.ts";
import { sealer } from "./sealing.ts";
import { isGood, newSecret, rotated, secretsMax, signingSecrets } from "./secrets.ts";
import { signedRequest } from "./signed_request.ts";
import { verdictOf } from "./verdict.ts";

const hourMs = 3_600_000, nowMs = Date.UTC(2026, 10, 22);
const bytesOf = (text: string) => new TextEncoder().encode(text);
const endpoint: WebhookEndpoint = {
  ...{ endpointId: "whe_1", url: "https://shop.example", events: ["*"], createdAt: "", since: 10 },
  ...{ secrets: [], requests: [] },
};

describe("signatures", () => {
  test("of any body are what the Standard Webhooks library verifies, with each of the secrets and no other", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.uuid(),
        fc.integer({ min: 1, max: secretsMax }),
        (text, id, n) => {
          const secrets = Array.from({ length: n }, newSecret), at = Date.now();
          const body = JSON.stringify({ text }),
            request = signedRequest({ eventId: id, body, secrets, nowMs: at })!;
          for (const secret of secrets) {
            expect(new Webhook(secret).verify(body, { ...request.headers }))
              .toEqual({ text });
          }
          expect(() => new Webhook(newSecret()).verify(body, { ...request.headers })).toThrow(
            "No matching signature",
          );
          expect(() => new Webhook(secrets[0]!).verify(`${body} `, { ...request.headers })).toThrow();
          expect(new TextDecoder().decode(request.body as Uint8Array)).toBe(body);
        },
      ),
      { numRuns: 8 }, // The library's own HMAC is slow.
    );
  });

  test("without a secret nothing is sent", () => {
    expect(signedRequest({ eventId: "evt_1", body: "{}", secrets: [], nowMs })).toBeUndefined();
    expect(signedRequest({ eventId: "evt_1", body: "{}", secrets: ["whsec_short"], nowMs })).toBeUndefined();
  });
});

describe("sealing", () => {
  const sealing = sealer(bytesOf("the secret of this installation"));

  test("what was sealed opens for its owner, under the same secret, unchanged", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const sealed = sealing.seal(text, "whe_1");
      expect(sealing.open(sealed, "whe_1")).toBe(text);
      expect(sealing.open(sealed, "whe_2")).toBeUndefined();
      expect(sealer(bytesOf("another installation")).open(sealed, "whe_1")).toBeUndefined();
      expect(sealing.seal(text, "whe_1")).not.toBe(sealed);
    }));
  });

  test.each(["", "s1", "s1.", "s1.AAAA", "s2.AAAA", `s1.${"A".repeat(60)}`])(
    "%j opens to nothing",
    (sealed) => {
      expect(sealing.open(sealed, "whe_1")).toBeUndefined();
    },
  );

  test("a changed byte opens to nothing", () => {
    const [form, text = ""] = sealing.seal("whsec_", "whe_1").split(".");
    for (let at = 0; at < text.length - 1; at++) {
      const other = text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
      expect(sealing.open(`${form}.${other}`, "whe_1")).toBeUndefined();
    }
  });
});

describe("rotation", () => {
  test("the former secret stays good for a day, and no longer however often it is rotated", () => {
    const first = { ...endpoint, secrets: [{ sealed: "a" }] };
    const second = { ...first, secrets: rotated(first, "b", nowMs)! };
    const third = rotated(second, "c", nowMs + hourMs)!;
    expect(third.map(({ sealed }) => sealed)).toEqual(["c", "b", "a"]);
    const good = (atMs: number) => third.filter((one) => isGood(one, atMs)).map(({ sealed }) => sealed);
    expect(good(nowMs + 24 * hourMs - 1)).toEqual(["c", "b", "a"]);
    expect(good(nowMs + 24 * hourMs)).toEqual(["c", "b"]);
    expect(good(nowMs + 25 * hourMs)).toEqual(["c"]);
    expect(signingSecrets({ ...first, secrets: third }, { open: (sealed) => sealed }, nowMs + 24 * hourMs))
      .toEqual(["c", "b"]);
  });
});

describe("what an attempt means", () => {
  const answered = (status: number, headers = {}) => ({ status, headers, body: "" });
  const verdict = (status: number, tries = 1, headers = {}) =>
    verdictOf({ answer: answered(status, headers), tries, random: 0.5, nowMs });

  test.each([200, 201, 202, 204, 299])(
    "%i: it is taken",
    (status) => expect(verdict(status)).toEqual({ kind: "taken" }),
  );
  test.each([100, 301, 302, 307, 400, 401, 404, 409, 422, 429, 500, 503])(
    "%i: it is sent again",
    (status) => expect(verdict(status).kind).toBe("again"),
  );
  test("410: the endpoint is told nothing more, at whichever attempt", () => {
    expect([verdict(410), verdict(410, 99)]).toEqual([{ kind: "gone" }, { kind: "gone" }]);
  });
  test("no answer: it is sent again", () => {
    expect(verdictOf({ answer: undefined, tries: 1, random: 0, nowMs }).kind).toBe("again");
  });

  test("whatever an endpoint says, the wait is never negative and never beyond a day, and it ends after the last attempt", () => {
    const { attemptsMax, maxMs } = outgoingBackoff;
    const retryAfter = fc.oneof(
      fc.string(),
      fc.integer().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    );
    const attempt = fc.record({
      ...{ status: fc.integer({ min: 100, max: 599 }), tries: fc.integer({ min: 1, max: 40 }), retryAfter },
      random: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(fc.property(attempt, ({ status, tries, retryAfter, random }) => {
      const got = verdictOf({
        answer: answered(status, { "retry-after": retryAfter }),
        tries,
        random,
        nowMs,
      });
      const isOver = tries >= attemptsMax, isSettled = status === 410 || Math.floor(status / 100) === 2;
      expect(got.kind === "given-up").toBe(isOver && !isSettled);
      if (got.kind !== "again") return;
      expect(got.afterMs).toBeGreaterThan(0);
      expect(got.afterMs).toBeLessThanOrEqual(status === 429 || status === 503 ? 24 * hourMs : maxMs);
    }));
  });

  test("an endpoint that is busy says when to come again", () => {
    const wait = (headers: object, status = 503) =>
      verdictOf({ answer: answered(status, headers), tries: 1, random: 1, nowMs });
    expect(wait({ "retry-after": "120" })).toEqual({ kind: "again", afterMs: 120_000 });
    expect(wait({ "retry-after": new Date(nowMs + 60_000).toUTCString() }, 429)).toEqual({
      kind: "again",
      afterMs: 60_000,
    });
    expect(wait({ "retry-after": "1" })).toEqual({ kind: "again", afterMs: outgoingBackoff.firstMs });
    expect(wait({ "retry-after": "120" }, 500)).toEqual({ kind: "again", afterMs: outgoingBackoff.firstMs });
  });
});

describe("subscriptions", () => {
  test.each([
    ["*", "order.confirmed", true],
    ["order.*", "order.confirmed", true],
    ["order.confirmed", "order.confirmed", true],
    ["order.*", "shipment.delivered", false],
    ["order.confirmed", "order.confirmed_again", false],
    ["order", "order.confirmed", false],
    ["ord.*", "order.confirmed", false],
    [".*", "order.confirmed", false],
    ["*.confirmed", "order.confirmed", false],
  ])("%s: %s %s", (pattern, name, expected) => expect(matches(pattern, name)).toBe(expected));

  test("every event matches its own name, its family and everything, and no other name", () => {
    for (const name of namesOfAll) {
      const family = `${name.split(".")[0]}.*`;
      expect(["*", family, name].every((pattern) => matches(pattern, name))).toBe(true);
      expect(namesOfAll.filter((other) => matches(name, other))).toEqual([name]);
    }
  });

  test("only what happens after it was made, of its channel, until it is deleted", () => {
    const happening = { name: "order.placed", sequence: 11, channel: "web" },
      web = { ...endpoint, channel: "web" };
    expect(wants(endpoint, happening)).toBe(true);
    expect(wants(endpoint, { ...happening, sequence: 10 })).toBe(false);
    expect(wants(web, happening)).toBe(true);
    expect(wants(web, { ...happening, channel: "shop" })).toBe(false);
    expect(wants(web, { name: "webhook.disabled", sequence: 11 })).toBe(false);
    expect(wants({ ...endpoint, deletedAt: "2026" }, happening)).toBe(false);
    const disabled = { at: "", reason: "gone", detail: "" } as const;
    expect(wants({ ...endpoint, disabled }, happening)).toBe(true);
  });
});

describe("the catalogue", () => {
  test("names every event once, in two words of CloudEvents' kind", () => {
    expect(new Set(catalogue.map(typeOf)).size).toBe(catalogue.length);
    for (const one of catalogue) expect(typeOf(one)).toMatch(/^com\.waybill\.[a-z]+\.[a-z_]+\.v[1-9]\d*$/);
  });

  test("an event's id depends on its place, its type and its subject, and on nothing else", () => {
    const telling = {
      ...{ event: catalogue[0], place: ["01TURN", 3], source: "urn:waybill", subject: "ord_1" },
      ...{ atMs: nowMs, data: { a: 1 } },
    };
    const { eventId } = frozen(telling);
    expect(eventId).toMatch(/^evt_[0-9A-HJKMNP-TV-Z]{26}$/); // No full stop: signatures put one behind it.
    expect(frozen({ ...telling, atMs: 0, data: {}, source: "https://shop.example" }).eventId).toBe(eventId);
    const others = [
      ...[{ ...telling, place: ["01TURN", 4] }, { ...telling, place: ["02TURN", 3] }],
      ...[{ ...telling, subject: "ord_2" }, { ...telling, event: catalogue[1] }],
    ];
    expect(new Set([eventId, ...others.map((one) => frozen(one).eventId)]).size).toBe(5);
    expect(idAt("evt", ["a", "b"])).not.toBe(idAt("evt", ["a,b"]));
  });
});

test("however many endpoints are out of order, one that is well has room", () => {
  expect(courierLimits.sendingsMax).toBeGreaterThanOrEqual(
    endpointsMax + courierLimits.sendingsPerEndpointMax,
  );
});
