import type { ProblemKind } from "./problem_kind.ts";

/** What orders refuse of credits, refunds and returns; a part of `rejections.ts`. */
export const moneyRejections = {
  "unknown-refund": {
    status: 404,
    title: "There is no such refund",
    about: "No refund with this id was ever asked for, or it belongs to another channel than the API key's.",
  },
  "unknown-credit": {
    status: 404,
    title: "There is no such credit",
    about: "No credit without an order was ever asked for under this id.",
  },
  "nothing-invoiced": {
    status: 409,
    title: "Nothing is invoiced yet",
    about:
      "Only what stands on an invoice can be credited, and the order has none yet. Cancel what is not shipped instead. Nothing was done; the reference is spent.",
  },
  "credit-exceeds-invoice": {
    status: 409,
    title: "More than what is left of the invoices",
    about:
      "The lines or the amount are more than what was invoiced and is not credited yet, or, with a `returnId`, than what that return holds and was " +
      "not credited for it; `errors[]` names each line with `requested` and `creditable`. Nothing was credited. The reference is spent: asking again gives the same answer.",
  },
  "refund-exceeds-captured": {
    status: 409,
    title: "More than was captured",
    about:
      "All refunds of an order, but for failed ones, are together no more than the money that was captured for it. Nothing was refunded; the reference is spent.",
  },
  "refund-settled": {
    status: 409,
    title: "The refund is settled",
    about:
      "A refund succeeds or fails once. Nothing was done. A failed one is asked for again under another reference.",
  },
  "amount-precision": {
    status: 422,
    title: "More places than the currency has",
    about:
      "An amount of money has at most the decimal places of its currency's minor unit: two for EUR, none for JPY, three for KWD. Nothing was done.",
  },
  "too-many-credits": {
    status: 409,
    title: "Too many credits",
    about: "An order takes a thousand credits, refused ones included.",
  },
  "too-many-refunds": {
    status: 409,
    title: "Too many refunds",
    about: "An order takes a thousand refunds, refused ones included.",
  },
} as const satisfies Record<string, ProblemKind>;

export const returnRejections = {
  "too-many-returns": {
    status: 409,
    title: "The order has too many returns",
    about: "The order remembers every return reference for ever, and takes no more of them.",
  },
  "exceeds-shipped": {
    status: 409,
    title: "More than was shipped",
    about:
      "Only goods that were shipped and are in no other return can come back; `errors[]` names each line with `requested` and `returnable`. " +
      "Nothing was authorised, and the reference is spent: asking again gives the same answer.",
  },
  "parcel-not-returned": {
    status: 409,
    title: "The carrier did not bring the parcel back",
    about:
      "What a carrier brings back is taken in as `rto` once the carrier says `return_to_sender` of it. Nothing was done, and the reference is " +
      "free: ask again when that is known, or take the goods in as `blind`.",
  },
  "unknown-return": {
    status: 404,
    title: "There is no such return",
    about: "No return with this id was ever authorised, or it belongs to another channel than the API key's.",
  },
  "exceeds-authorised": {
    status: 409,
    title: "More than was authorised",
    about:
      "The return expects fewer of these goods, or none; `errors[]` names each line with `requested` and `expected`. " +
      "Nothing was received. Authorise another return for what came beyond it.",
  },
  "exceeds-received": {
    status: 409,
    title: "More than has come",
    about:
      "Fewer of these goods have come and are not graded yet; `errors[]` names each line with `requested` and `ungraded`. Nothing was graded.",
  },
  "not-in-quality-control": {
    status: 409,
    title: "The goods are not in quality control",
    about:
      "Somebody took goods of the return out of quality control; `errors[]` names each line with `requested` and `there`. " +
      "Those are still to be graded; all other lines of the request were.",
  },
  "return-closed": {
    status: 409,
    title: "The return has ended",
    about: "The return is settled, cancelled or expired, and takes nothing more. Nothing was done.",
  },
  "return-received": {
    status: 409,
    title: "Goods of the return have come",
    about:
      "A return is cancelled only while nothing of it has come. Grade what came and settle it: what never came may then be returned again.",
  },
  "return-ungraded": {
    status: 409,
    title: "The return cannot be settled yet",
    about: "A return is settled once something of it has come and all that came is graded. Nothing was done.",
  },
  "return-busy": {
    status: 409,
    title: "The return is in the middle of something",
    about: "Goods of the return are just being received or graded. Repeat the request in a moment.",
  },
} as const satisfies Record<string, ProblemKind>;
