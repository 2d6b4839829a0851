import { expect, test } from "vitest";
import { fold, throughJson } from "../testing/given.ts";
import { GoldenFiles } from "../testing/golden.ts";
import { parcel } from "./parcel.ts";
import { type ParcelEvent, parcelEventVersions } from "./parcel_events.ts";

const golden = new GoldenFiles(new URL("./golden/", import.meta.url));

test("there is a golden file for each event of a parcel, and none has changed", () =>
  expect(golden.problems(parcelEventVersions)).toEqual([]));

test("a parcel's events are still understood", () => {
  const types = Object.keys(parcelEventVersions) as ParcelEvent["type"][];
  const events = types.map((type) => golden.read(type, 1) as ParcelEvent);
  const late = fold(parcel, parcel.initial("dpd:15501234567890"), events.slice(0, 5));
  expect(parcel.answer(late)).toMatchObject({
    ok: true,
    value: {
      status: "in_transit",
      subStatus: "accepted",
      estimatedDelivery: { to: "2011-12-02" },
      delayed: { reason: "eta_slipped" },
      events: [{ at: "2011-12-01T10:40:00.000Z", location: "London, GB", carrierCode: "10" }],
    },
  });
  const over = fold(parcel, late, events.slice(5));
  expect(over).toMatchObject({
    delays: [],
    moves: 2,
    standing: { status: "expired" },
    checkpoints: [{ status: "out_for_delivery", carrierCode: "10" }],
    followers: ["ret_01J8ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEF"],
    cases: { count: 1, all: [{ team: "warehouse", priority: "urgent", closed: { reason: "resolved" } }] },
    requests: [{ kind: "pickup_point", shipment: "shp_1", outcome: "done" }],
  });
  expect(over.cases?.asked).toHaveLength(3);
  expect(parcel.decode(throughJson(parcel.encode(over)))).toEqual(over);
});
