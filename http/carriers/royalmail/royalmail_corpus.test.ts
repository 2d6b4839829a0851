import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import royalmail from "./adapter.ts";

const folder = resolve("../shared/carriers");
const here = existsSync(folder);
if (!here) console.log(`skipped: the recorded messages are not at ${folder}`);

const text = (name: string) => here ? readFileSync(resolve(folder, name), "utf8") : "";
const payload = (file: string) => new Uint8Array(readFileSync(resolve(folder, "payloads", file)));
const rows = text("INDEX.tsv").split("\n").map((line) => line.split("\t"))
  .filter(([, provider]) => provider === "royalmail");

describe.skipIf(!here)("recorded messages of Royal Mail", () => {
  test("there are some", () => expect(rows.length).toBeGreaterThan(0));

  test.each(rows)("%s", (file, _provider, _kind, _source, _licence, _said, status, subStatus) => {
    const [parcel] = royalmail.reply(payload(file!));
    expect(royalmail.callback(payload(file!))[0]).toEqual(parcel);
    expect(parcel!.status).toBe(status || "unknown");
    if (subStatus) expect(parcel!.subStatus).toBe(subStatus);
    expect(parcel!.unmapped).toBeUndefined();
  });

  test("has the events that karrio's tests have", () => {
    const { shipments } = JSON.parse(text("expected_events.json")) as {
      shipments: { file: string; tracking_number: string; events: { code: string; normalised?: string }[] }[];
    };
    for (
      const { file, tracking_number, events } of shipments.filter(({ file }) => file.startsWith("royalmail/"))
    ) {
      const [parcel] = royalmail.reply(payload(file));
      expect(parcel!.trackingNumber).toBe(tracking_number);
      const expected = events.toReversed();
      expect(parcel!.events.map(({ carrierCode }) => carrierCode)).toEqual(expected.map(({ code }) => code));
      expected.forEach(({ normalised }, i) => {
        if (normalised) expect(parcel!.events[i]!.status).toBe(normalised);
      });
    }
  });
});
