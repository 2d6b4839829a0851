import type { FieldError } from "../problems.ts";
import { isRecord } from "./issues.ts";
import { instantOf } from "./time.ts";

/** What `from` and `to` of a query say together, where each of them is a day. */
export function periodErrors(query: unknown): readonly FieldError[] {
  if (!isRecord(query) || !isDay(query.from) || !isDay(query.to) || query.from <= query.to) return [];
  return [{ pointer: "/query/to", detail: "must not be before `from`" }];
}

const isDay = (text: unknown): text is string =>
  typeof text === "string" && instantOf(`${text}T00:00:00Z`) !== undefined;
