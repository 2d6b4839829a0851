import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import ups from "./adapter.ts";

const folder = resolve("../shared/carriers");
const here = existsSync(folder);
if (!here) console.log(`skipped: the recorded messages are not at ${folder}`);

const text = (name: string) => here ? readFileSync(resolve(folder, name), "utf8") : "";
const payload = (file: string) => new Uint8Array(readFileSync(resolve(folder, "payloads", file)));
const rows = text("INDEX.tsv").split("\n").map((line) => line.split("\t")).filter(([, provider]) =>
  provider === "ups"
);

describe.skipIf(!here)("recorded messages of UPS", () => {
  test("there are some", () => expect(rows.length).toBeGreaterThan(5));

  test.each(rows)("%s", (file, _provider, kind, _source, _licence, _said, status, subStatus) => {
    const parcels = (kind === "carrier_webhook" ? ups.callback : ups.reply)(payload(file!));
    if (kind === "carrier_error_response") return expect(parcels).toEqual([]);
    expect(parcels[0]!.status).toBe(status);
    if (subStatus) expect(parcels[0]!.subStatus).toBe(subStatus);
    expect(parcels.flatMap(({ unmapped }) => unmapped ?? [])).toEqual([]);
  });

  test("has the events that karrio's tests have", () => {
    const { shipments } = JSON.parse(text("expected_events.json")) as {
      shipments: { file: string; tracking_number: string; events: { code: string }[] }[];
    };
    for (const { file, tracking_number, events } of shipments.filter(({ file }) => file.startsWith("ups/"))) {
      const [parcel] = ups.reply(payload(file));
      expect(parcel!.trackingNumber).toBe(tracking_number);
      expect(parcel!.events.map(({ carrierCode }) => carrierCode)).toEqual(
        events.map(({ code }) => code).reverse(),
      );
    }
  });

  test("judges the credentials of the vectors", async () => {
    const { schemes } = JSON.parse(text("signatures.json")) as {
      schemes: {
        scheme: string;
        bearer: string;
        cases: { name: string; body_b64: string; headers: Record<string, string>; expect: string }[];
      }[];
    };
    const { bearer, cases } = schemes.find(({ scheme }) => scheme === "ups_track_alert")!;
    for (const { name, body_b64, headers, expect: expected } of cases) {
      const sent = new Headers(headers);
      const verdict = await ups.authenticate({
        header: (header) => sent.get(header) ?? undefined,
        token: undefined,
        body: Buffer.from(body_b64, "base64"),
        nowMs: 0,
      }, { secrets: [bearer] });
      expect([name, verdict.authentic]).toEqual([name, expected === "valid"]);
    }
  });
});
