import type { Figures, Of, ShipmentFigures } from "../../projections/console/figures.ts";
import { hoursText, numberText, shareOf, shareText } from "./words.ts";

/** One of the figures by which a shop is judged. */
export interface Figure {
  readonly id: string;
  readonly title: string;
  /** What exactly is counted. */
  readonly meaning: string;
  /** Over the whole period. */
  readonly headline: string;
  /** What else is to be said of that. */
  readonly beside?: string;
  readonly unit: string;
  readonly series: readonly string[];
  readonly points: readonly { readonly day: string; readonly values: readonly (number | null)[] }[];
  /** Of one carrier or lane; absent for what belongs to none. */
  readonly of?: (parcels: ShipmentFigures) => string;
}

type Counts<T> = readonly (T & Of)[];
const wholeOf = <T>(rows: Counts<T>) => rows.find(({ by }) => by === "all");
const byDay = <T>(rows: Counts<T>, values: (row: T & Of) => readonly (number | null)[]) =>
  rows.filter(({ by }) => by === "day").map((row) => ({ day: row.key, values: values(row) }));
const percent = (good: number, of: number) => of === 0 ? null : shareOf(good, of);
const hours = (value: number | null) => value === null ? null : Math.round(value * 10) / 10;
/** The median, with the time within which nine of ten were done. */
const headlines = (p50: number | null, p90: number | null) => ({
  headline: hoursText(p50),
  ...(p90 !== null && { beside: `p90 ${hoursText(p90)}` }),
});
const pair = (p50: number | null, p90: number | null) =>
  p50 === null ? "–" : `${hoursText(p50)}, p90 ${hoursText(p90)}`;

const ofParcels = "Of the parcels handed over on that day";

/** All of them, in the sequence of an order's life. */
export function allFigures(figures: Figures): readonly Figure[] {
  return [...ofShipments(figures), estimates(figures), ...ofMoney(figures), stock(figures)];
}

function ofShipments({ shipments }: Figures): readonly Figure[] {
  const whole = wholeOf(shipments);
  const duration = { unit: " h", series: ["p50", "p90"] } as const;
  return [
    {
      ...{ id: "hand-over", title: "Placed to handed over", ...duration },
      meaning:
        `${ofParcels}: hours from when the order was placed (placedAt) until the parcel was handed over.`,
      ...headlines(whole?.handOverP50 ?? null, whole?.handOverP90 ?? null),
      points: byDay(shipments, (one) => [hours(one.handOverP50), hours(one.handOverP90)]),
      of: (one) => pair(one.handOverP50, one.handOverP90),
    },
    {
      ...{ id: "delivery", title: "Placed to delivered", ...duration },
      meaning:
        `${ofParcels} that are delivered: hours from when the order was placed until then, by the carrier's clock.`,
      ...headlines(whole?.deliveryP50 ?? null, whole?.deliveryP90 ?? null),
      points: byDay(shipments, (one) => [hours(one.deliveryP50), hours(one.deliveryP90)]),
      of: (one) => pair(one.deliveryP50, one.deliveryP90),
    },
    {
      ...{ id: "on-time", title: "On time", unit: " %", series: ["On time"] },
      meaning:
        `${ofParcels} whose customer was promised a time (promisedBy), and that are delivered or late: delivered by then.`,
      headline: shareText(whole?.onTime ?? 0, whole?.promised ?? 0),
      points: byDay(shipments, (one) => [percent(one.onTime, one.promised)]),
      of: (one) => shareText(one.onTime, one.promised),
    },
    {
      ...{ id: "tracked", title: "Orders with tracking", unit: " %", series: ["With tracking"] },
      meaning:
        "Of the orders of which a parcel was handed over on that day: a carrier has told more of it than that it was announced.",
      headline: shareText(whole?.tracked ?? 0, whole?.orders ?? 0),
      points: byDay(shipments, (one) => [percent(one.tracked, one.orders)]),
      of: (one) => shareText(one.tracked, one.orders),
    },
  ];
}

function estimates({ estimates: rows }: Figures): Figure {
  const whole = wholeOf(rows);
  return {
    ...{ id: "estimates", title: "Estimates kept", unit: " %", series: ["Within the estimate"] },
    meaning:
      "Of the parcels delivered on that day with an estimate when their carrier took them over: delivered within it, neither early nor late. GET /v1/carriers/accuracy says more.",
    headline: shareText(whole?.good ?? 0, whole?.of ?? 0),
    points: byDay(rows, ({ good, of }) => [percent(good, of)]),
    of: ({ by, key }) => {
      const found = rows.find((one) => one.by === by && one.key === key);
      return shareText(found?.good ?? 0, found?.of ?? 0);
    },
  };
}

function ofMoney({ invoices, refunds }: Figures): readonly Figure[] {
  const lines = wholeOf(invoices), settled = wholeOf(refunds);
  const of = lines?.of ?? 0;
  return [
    {
      ...{ id: "invoices", title: "Invoices matched", unit: " %" },
      series: ["Matched", "Matched with a difference"],
      meaning:
        "Of the lines of payouts recorded on that day: matched with an order, refund or credit note, without and with a difference.",
      headline: shareText(lines?.good ?? 0, of),
      ...(of > 0 && { beside: `of ${numberText(of)} lines` }),
      points: byDay(invoices, (one) => [percent(one.good, one.of), percent(one.different, one.of)]),
    },
    {
      ...{ id: "refunds", title: "Refunds resolved", unit: " h", series: ["p50", "p90"] },
      meaning: "Of the refunds that succeeded on that day: hours since they were asked for.",
      ...headlines(settled?.p50 ?? null, settled?.p90 ?? null),
      points: byDay(refunds, ({ p50, p90 }) => [hours(p50), hours(p90)]),
    },
  ];
}

function stock({ stock: rows }: Figures): Figure {
  const whole = wholeOf(rows);
  return {
    ...{ id: "stock", title: "Stock accuracy", unit: " %", series: ["Accuracy"] },
    meaning:
      "1 − units by which counts corrected the stock, either way ÷ units counted or moved (received, handed over, transferred, returned, moved) on that day.",
    headline: shareText(whole?.good ?? 0, whole?.of ?? 0),
    points: byDay(rows, ({ good, of }) => [percent(good, of)]),
  };
}
