import type { Part } from "../../actors/protocol.ts";
import type { SkuEvent } from "../../actors/sku/sku_events.ts";
import { moment, spoken } from "./order_words.ts";

type DataOf<T extends SkuEvent["type"]> = Extract<SkuEvent, { readonly type: T }>["data"];
type Words = { readonly [T in SkuEvent["type"]]: (data: DataOf<T>) => string };

/** What happened to a SKU, as somebody says it who stands before the shelf. A missing event does not compile. */
const words: Words = {
  "sku.described": ({ description, stocked, backorderLimit }) =>
    `Described: ${description}${stocked ? "" : "; it needs no stock"}${
      backorderLimit === 0 ? "" : `; ${backorderLimit ?? "any number"} may be ordered in advance`
    }`,
  "safety_stock.revised": ({ levels }) =>
    `Safety stock: ${
      listed(levels.map((one) => `${one.quantity} at ${one.location} (${signed(one.delta)})`))
    }`,
  "location.revised": ({ location, priority }) =>
    `${location} is ${priority === null ? "chosen after all others" : `chosen with priority ${priority}`}`,
  "supply.expected": ({ supply, etaMs, promisable, ...goods }) =>
    `Supply ${supply} is expected: ${placed(goods)}${eta(etaMs)}${promised(promisable)}`,
  "supply.revised": ({ supply, delta, etaMs, promisable, ...goods }) =>
    `Supply ${supply} is now ${placed(goods)} (${signed(delta)})${eta(etaMs)}${promised(promisable)}`,
  "goods.received": ({ doc, bucket, expected, ...goods }) =>
    `Received by ${doc}: ${placed(goods)}, ${bucketName(bucket)}${
      expected ? `; ${expected.quantity} of supply ${expected.supply}` : ""
    }`,
  "qc.passed": ({ reference, ...goods }) => `Passed quality control (${reference}): ${placed(goods)}`,
  "qc.failed": ({ to, grade, reference, ...goods }) =>
    `FAILED quality control (${reference}, grade ${grade}): ${placed(goods)}, now ${bucketName(to)}`,
  "stock.reserved": ({ order, parts, deadlineMs }) =>
    `Reserved for ${order}${deadlineMs === undefined ? "" : ` until ${moment(deadlineMs)}`}: ${
      places(parts)
    }`,
  "reservation.released": ({ order, parts, reason }) =>
    `${order} gives its reservation back (${spoken(reason)}): ${places(parts)}`,
  "reservation.expired": ({ order, parts }) => `The reservation of ${order} expired: ${places(parts)}`,
  "reservation.confirmed": ({ order, parts, queued }) =>
    `Allocated to ${order}, which had reserved it: ${places(parts)}${
      queued === 0 ? "" : `; ${queued} when goods come`
    }`,
  "stock.allocated": ({ order, parts }) => `Allocated to ${order}: ${places(parts)}`,
  "allocation.released": ({ order, parts, reason }) =>
    `${order} gives its allocation back (${spoken(reason)}): ${places(parts)}`,
  "units.picked": ({ order, ...goods }) => `Picked for ${order}: ${placed(goods)}`,
  "units.unpicked": ({ order, ...goods }) => `Put back to the shelf by ${order}: ${placed(goods)}`,
  "pick.short": ({ order, ...goods }) =>
    `NOT FOUND when picked for ${order}: ${placed(goods)}, set aside until a count`,
  "parcel.packed": ({ order, parcel, ...goods }) => `Packed for ${order} into ${parcel}: ${placed(goods)}`,
  "parcel.unpacked": ({ order, parcel, ...goods }) => `Unpacked from ${parcel} of ${order}: ${placed(goods)}`,
  "stock.packed": ({ order, parcel, ...goods }) =>
    `Bound for shipment ${parcel} of ${order}: ${placed(goods)}`,
  "stock.unpacked": ({ order, parcel, ...goods }) =>
    `Shipment ${parcel} of ${order} did not come about: ${placed(goods)} is allocated as before`,
  "parcel.handed_over": ({ order, parcel, ...goods }) =>
    `Shipped for ${order} in ${parcel}: ${placed(goods)}`,
  "backorder.queued": ({ order, quantity }) => `${order} waits for ${quantity}`,
  "backorder.filled": ({ order, parts, claim }) =>
    `Goods came for ${order}, which waited: ${places(parts)} ${claim}`,
  "backorder.dequeued": ({ order, quantity, reason }) =>
    `${order} waits for ${quantity} no longer (${spoken(reason)})`,
  "transfer.dispatched": ({ transfer, to, etaMs, claim, ...goods }) =>
    `Transfer ${transfer} left for ${to}: ${placed(goods)}${claim ? `, for ${claim.order}` : ""}${
      eta(etaMs)
    }`,
  "transfer.received": ({ transfer, bucket, ...goods }) =>
    `Transfer ${transfer} came: ${placed(goods)}, ${bucketName(bucket)}`,
  "return.received": (data) => `Came back with ${data.return}: ${placed(data)}`,
  "return.graded": (data) =>
    `Of ${data.return}, grade ${data.grade}: ${placed(data)}, ${
      data.to === null ? "which is gone" : `now ${bucketName(data.to)}`
    }`,
  "count.posted": ({ count, location, bucket, counted, expected, delta }) =>
    `Counted (${count}): ${counted} at ${location}, ${bucketName(bucket)}; ${expected} were expected (${
      signed(delta)
    })`,
  "stock.adjusted": ({ location, bucket, delta, reason, doc }) =>
    `Adjusted by ${doc} (${spoken(reason)}): ${signed(delta)} at ${location}, ${bucketName(bucket)}`,
  "stock.moved": ({ from, to, reason, reference, ...goods }) =>
    `Moved from ${bucketName(from)} to ${bucketName(to)} by ${reference} (${spoken(reason)}): ${
      placed(goods)
    }`,
  "stock.held": ({ aside, reason, ...goods }) => `Set aside as ${aside} (${reason}): ${placed(goods)}`,
  "hold.lifted": ({ aside, reason, ...goods }) =>
    `No longer set aside as ${aside} (${reason}): ${placed(goods)}`,
  "kit.assembled": ({ kit, role, ...goods }) =>
    role === "kit" ? `Assembled as kits: ${placed(goods)}` : `Went into kits of ${kit}: ${placed(goods)}`,
  "kit.broken": ({ kit, role, ...goods }) =>
    role === "kit" ? `Kits taken apart: ${placed(goods)}` : `Came out of kits of ${kit}: ${placed(goods)}`,
  "stock.shortfall_detected": ({ reason, reference, ...goods }) =>
    `MORE WAS TAKEN than was free (${reference}, ${spoken(reason)}): orders lose ${placed(goods)}`,
  "claim.lost": ({ order, parts, claim, reason }) =>
    `${order} LOST what was ${claim} (${spoken(reason)}): ${places(parts)}`,
};

/** One sentence for an event of a SKU. */
export function skuInWords(event: { readonly type: string; readonly data: unknown }): string {
  const say = Object.hasOwn(words, event.type) ? words[event.type as SkuEvent["type"]] : undefined;
  // The log holds only what the SKU itself decided; the table ties each type to its data.
  return say ? say(event.data as never) : event.type;
}

const listed = (texts: readonly string[]): string => texts.join(", ");
const places = (parts: readonly Part[]) => parts.length === 0 ? "nothing yet" : listed(parts.map(placed));

function placed({ location, quantity }: Part): string {
  return `${quantity} at ${location}`;
}

const signed = (delta: number) => delta < 0 ? String(delta) : `+${delta}`;
const eta = (etaMs: number | null) => etaMs === null ? "" : `, by ${moment(etaMs)}`;
const promised = (promisable: boolean) => promisable ? "" : ", not to be promised";
const bucketNames: { readonly [bucket: string]: string } = { qualityControl: "quality control" };
const bucketName = (bucket: string): string => bucketNames[bucket] ?? bucket;
