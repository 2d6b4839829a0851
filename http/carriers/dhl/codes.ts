import { codeTable } from "../codes.ts";

const push = "DHL Push Postman collection 2025-07 (vendor's statusCode)";

/**
 * `statusCode` is all that the unified API promises: everything finer is text (`words.ts`). karrio maps `failure` to a failed delivery
 * and `unknown` to a delay; DHL says neither.
 */
export const codes = codeTable([
  ["pre-transit", "pre_transit", undefined, push],
  ["transit", "in_transit", undefined, push],
  ["delivered", "delivered", undefined, push],
  ["failure", "exception", undefined, push],
  ["unknown", "unknown", undefined, push],
]);
