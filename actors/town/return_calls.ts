import { actorId, type ReturnId } from "../ids.ts";
import type { Disposition, Grade } from "../return/disposition.ts";
import type {
  Arrival,
  EndReturn,
  GradeReturn,
  ReceiveReturn,
  ReturnGoods,
  ReturnParcel,
} from "../return/return_commands.ts";
import { type Lines, linesOf, LON, orderOf, print, skuOf, startMs } from "./citizens.ts";
import type { Call } from "./town.ts";

/** What happens to goods that come back: short ways to say it. */
export const returnOf = (number: string | number, reference = "r") =>
  `ret_${number}_${reference}` as ReturnId;
/** Goods of an order are to come back. */
export function sendBack(
  number: string | number,
  lines: Lines,
  reference = "r",
  parcel?: ReturnParcel,
): Call {
  const command = { ...goodsBack(number, lines, reference), ...(parcel && { parcel }) };
  return { to: actorId("order", orderOf(number)), command, atMs: startMs };
}
/** They have, and nobody said so before. */
export function bringBack(number: string | number, lines: Lines, arrived: Arrival, reference = "r"): Call {
  const command = { ...goodsBack(number, lines, reference), arrived };
  return { to: actorId("order", orderOf(number)), command, atMs: startMs };
}
const goodsBack = (number: string | number, lines: Lines, reference: string): ReturnGoods => ({
  type: "return",
  return: returnOf(number, reference),
  reference,
  reason: "too small",
  lines: linesOf(lines),
  by: "key_1",
  fingerprint: print("return", lines),
});
export function comeBack(
  returned: ReturnId,
  lines: Lines,
  request = "in",
  location = LON,
  atMs = startMs,
): Call {
  const command: ReceiveReturn = {
    type: "receive",
    location,
    lines: linesOf(lines),
    by: "key_1",
    request,
    fingerprint: print("receive", lines, location),
  };
  return { to: actorId("return", returned), command, atMs };
}
export type Judged = readonly [
  sku: string,
  quantity: number,
  grade: Grade,
  disposition: Disposition,
  restockAs?: string,
];
export function grade(returned: ReturnId, lines: readonly Judged[], request = "g", atMs = startMs): Call {
  const command: GradeReturn = {
    type: "grade",
    lines: lines.map(([sku, quantity, grade, disposition, as]) => ({
      sku: skuOf(sku),
      quantity,
      grade,
      disposition,
      ...(as !== undefined && { restockAs: skuOf(as) }),
    })),
    by: "key_1",
    request,
    fingerprint: print("grade", lines),
  };
  return { to: actorId("return", returned), command, atMs };
}
export function endReturn(
  returned: ReturnId,
  type: EndReturn["type"],
  request: string = type,
  atMs = startMs,
): Call {
  const command: EndReturn = { type, by: "key_1", request, fingerprint: type };
  return { to: actorId("return", returned), command, atMs };
}
