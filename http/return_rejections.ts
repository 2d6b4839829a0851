import type { ProblemKind } from "./problem_kind.ts";

/** What orders and returns refuse about goods that come back. */
export const returnRejectionProblems = {
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
  "too-many-operations": {
    status: 409,
    title: "The return has had too many requests",
    about: "A return remembers every request, refused ones included, and takes no more of them.",
  },
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
} as const satisfies { readonly [reason: string]: ProblemKind };
