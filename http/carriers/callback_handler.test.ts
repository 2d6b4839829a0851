import { describe, expect, test } from "vitest";
import type { ScanParcel } from "../../actors/commands.ts";
import type { Callback } from "../../streams/callbacks/callback_pack.ts";
import type { Asked, Question } from "../../streams/edge/asking.ts";
import {
  type CarrierAdapter,
  Misconfigured,
  type NormalEvent,
  type NormalParcel,
  Unreadable,
} from "./adapter.ts";
import { callbackHandler, type Handled, newsOf } from "./callback_handler.ts";

const event = (at: string, more: Partial<NormalEvent> = {}): NormalEvent => ({
  status: "in_transit",
  at,
  description: "on its way",
  carrierCode: "IT",
  ...more,
});
const parcel = (trackingNumber: string, events: readonly NormalEvent[]): NormalParcel => ({
  trackingNumber,
  carrier: "ups",
  status: "in_transit",
  events,
});
const answered: Asked = {
  kind: "answered",
  answer: { ok: true, json: "null" },
  position: { partition: 0, sequence: 1 },
};
const callback = (carrier: string, id = "cb1"): Callback => ({
  id,
  carrier,
  atMs: 0,
  body: new Uint8Array(),
});

function handling(callbackOf: () => readonly NormalParcel[], ...answers: Asked[]) {
  const asked: Question[] = [], told: Handled[] = [];
  const adapter: CarrierAdapter = {
    name: "ups",
    title: "UPS",
    authenticate: () => ({ authentic: true }),
    callback: callbackOf,
    reply: callbackOf,
  };
  const handle = callbackHandler({
    adapters: new Map([["ups", adapter]]),
    ask: (question) => {
      asked.push(question);
      return Promise.resolve(answers.shift() ?? answered);
    },
    handled: (what) => void told.push(what),
  });
  return { handle, asked, told };
}

describe("what follows from a callback", () => {
  test("each parcel is told its scans, under its number as everyone writes it", async () => {
    const two = [
      parcel("1z 999", [event("2026-11-22T10:00:00Z")]),
      parcel("1Z888", [event("2026-11-22T11:00:00Z")]),
    ];
    const { handle, asked, told } = handling(() => two);
    await handle([callback("ups")]);
    expect(asked.map(({ to }) => to)).toEqual(["parcel:ups:1Z999", "parcel:ups:1Z888"]);
    expect(asked[0]!.command).toEqual({
      type: "scans",
      scans: [{
        status: "in_transit",
        atMs: Date.parse("2026-11-22T10:00:00Z"),
        description: "on its way",
        carrierCode: "IT",
      }],
      source: "cb1",
    });
    expect(told).toMatchObject([{ carrier: "ups", result: "told", parcels: 2 }]);
  });

  test("codes without a meaning and contradictions are reported, and told all the same", async () => {
    const odd = {
      ...parcel("1", [event("2026-11-22T10:00:00Z")]),
      unmapped: ["ZZ"],
      disagrees: true as const,
    };
    const { handle, told, asked } = handling(() => [odd]);
    await handle([callback("ups")]);
    expect(asked).toHaveLength(1);
    expect(told).toMatchObject([{ unmapped: ["ZZ"], disagreements: 1 }]);
  });

  test("what nobody can read, and a carrier that is gone, are reported and passed", async () => {
    const { handle, told, asked } = handling(() => {
      throw new Unreadable("nothing in it");
    });
    await handle([callback("ups"), callback("owl", "cb2")]);
    expect(asked).toEqual([]);
    expect(told.map(({ result }) => result).toSorted()).toEqual(["unknown-carrier", "unreadable"]);
  });

  test("of a carrier whose settings cannot be used, they are passed with what to mend", async () => {
    const { handle, told, asked } = handling(() => {
      throw new Misconfigured("Cannot use CODES");
    });
    await handle([callback("ups")]);
    expect(asked).toEqual([]);
    expect(told).toMatchObject([{ result: "misconfigured", why: "Cannot use CODES" }]);
  });

  test.each<Asked>([
    { kind: "in-doubt" },
    { kind: "overloaded", retryAfterS: 1 },
    { kind: "unavailable", retryAfterS: 1 },
  ])("is tried again while the log does not say that it has it: %j", async (asked) => {
    const { handle, told } = handling(() => [parcel("1", [event("2026-11-22T10:00:00Z")])], asked);
    await expect(handle([callback("ups")])).rejects.toMatchObject({ code: "log.unavailable" });
    expect(told).toEqual([]);
    await handle([callback("ups")]);
    expect(told).toMatchObject([{ result: "told" }]);
  });

  test("a parcel with very many scans is told in several commands, the estimate with the last", () => {
    const events = Array.from({ length: 450 }, (_, i) => event(new Date(i * 60_000).toISOString()));
    const estimatedDelivery = { from: "2026-11-24", to: "2026-11-24" };
    const news = newsOf([{ ...parcel("1", events), estimatedDelivery }], { id: "cb1", atMs: 0 }).map((
      { command },
    ) => command);
    expect(news.map(({ scans }) => scans.length)).toEqual([200, 200, 50]);
    expect(news.map((command: ScanParcel) => command.estimatedDelivery)).toEqual([
      undefined,
      undefined,
      estimatedDelivery,
    ]);
  });

  test("an estimate alone is news, and so is a bare status: of the moment at which it was heard", () => {
    const estimatedDelivery = { from: "2026-11-24", to: "2026-11-24" }, heard = { id: "x", atMs: 5_000 };
    expect(newsOf([{ ...parcel("1", []), status: "unknown", estimatedDelivery }], heard))
      .toMatchObject([{ command: { scans: [], estimatedDelivery } }]);
    expect(newsOf([{ ...parcel("1", []), status: "delivered", subStatus: "locker" }], heard))
      .toMatchObject([{ command: { scans: [{ status: "delivered", subStatus: "locker", atMs: 5_000 }] } }]);
    expect(newsOf([{ ...parcel("1", []), status: "unknown" }], heard)).toEqual([]);
  });
});
