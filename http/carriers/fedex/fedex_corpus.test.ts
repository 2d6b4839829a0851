import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import fedex from "./adapter.ts";

const folder = resolve("../shared/carriers");
const here = existsSync(folder);
if (!here) console.log(`skipped: the recorded messages are not at ${folder}`);

const text = (name: string) => here ? readFileSync(resolve(folder, name), "utf8") : "";
const payload = (file: string) => new Uint8Array(readFileSync(resolve(folder, "payloads", file)));
const rows = text("INDEX.tsv").split("\n").map((line) => line.split("\t"))
  .filter(([, provider]) => provider === "fedex");
/** What the index writes of replies without any news; we have no sub-status for them. */
const noNews = ["not_found", "no_status", "carrier_error", "not_found_or_rejected"];

describe.skipIf(!here)("recorded messages of FedEx", () => {
  test("there are some", () => expect(rows.length).toBeGreaterThan(8));

  test.each(rows)("%s", (file, _provider, kind, _source, _licence, _said, status, subStatus) => {
    const [parcel] = fedex.reply(payload(file!));
    expect(fedex.callback(payload(file!))[0]).toEqual(parcel);
    if (kind === "carrier_error_response" && parcel === undefined) return;
    expect(parcel!.status).toBe(status || "unknown");
    if (subStatus && !noNews.includes(subStatus)) expect(parcel!.subStatus).toBe(subStatus);
    expect(parcel!.unmapped).toBeUndefined();
  });

  test("has the events that karrio's tests have", () => {
    const { shipments } = JSON.parse(text("expected_events.json")) as {
      shipments: { file: string; tracking_number: string; events: { code: string; normalised?: string }[] }[];
    };
    for (
      const { file, tracking_number, events } of shipments.filter(({ file }) => file.startsWith("fedex/"))
    ) {
      const [parcel] = fedex.reply(payload(file));
      expect(parcel!.trackingNumber).toBe(tracking_number);
      const expected = events.toReversed();
      expect(parcel!.events.map(({ carrierCode }) => carrierCode)).toEqual(expected.map(({ code }) => code));
      expected.forEach(({ normalised }, i) => {
        if (normalised) expect(parcel!.events[i]!.status).toBe(normalised);
      });
    }
  });

  test("judges the signatures of the vectors", async () => {
    const { schemes } = JSON.parse(text("signatures.json")) as {
      schemes: {
        scheme: string;
        secret_utf8: string;
        cases: { name: string; body_b64: string; headers: Record<string, string>; expect: string }[];
      }[];
    };
    const { secret_utf8, cases } = schemes.find(({ scheme }) => scheme === "fedex_aiv")!;
    for (const { name, body_b64, headers, expect: expected } of cases) {
      const sent = new Headers(headers);
      const verdict = await fedex.authenticate({
        header: (header) => sent.get(header) ?? undefined,
        token: undefined,
        body: Buffer.from(body_b64, "base64"),
        nowMs: 0,
      }, { secrets: [secret_utf8] });
      expect([name, verdict.authentic]).toEqual([name, expected === "valid"]);
    }
  });
});
