import type { ObservedTurn } from "./observer.ts";

/**
 * Headers of an EVENTS message. `requests`: W3C trace contexts separated by commas, at most `tracedCommandsMax`; `causes`: for each of
 * them the index of its input in the record, or nothing where the command is no input of this turn; `ids`: for each of them the id of
 * its command, which every message names that follows from it.
 */
export const traceHeaders = {
  turn: "traceparent",
  requests: "waybill-traceparents",
  causes: "waybill-trace-causes",
  ids: "waybill-trace-ids",
} as const;
/** OpenTelemetry keeps no more links than this on one span. */
export const tracedCommandsMax = 128;

/** The headers that carry the turn's trace contexts to the readers of EVENTS; undefined when nothing is traced. */
export function traceHeadersOf(
  { traceparent, requests = [] }: ObservedTurn,
  traced: readonly { readonly id: string; readonly input?: number }[] = [],
): ReadonlyMap<string, string> | undefined {
  if (traceparent === undefined) return undefined;
  const headers = new Map<string, string>([[traceHeaders.turn, traceparent]]);
  const known = requests.flatMap((request, i) => request === undefined ? [] : [{ request, ...traced[i] }]);
  if (known.length === 0) return headers;
  headers.set(traceHeaders.requests, known.map(({ request }) => request).join(","));
  headers.set(traceHeaders.causes, known.map(({ input }) => input ?? "").join(","));
  return headers.set(traceHeaders.ids, known.map(({ id = "" }) => listed.test(id) ? id : "").join(","));
}

/** Fits into a list in a header, whoever made it. */
const listed = /^[\x21-\x2b\x2d-\x7e]{1,128}$/;
const wellFormed = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;

/** The trace contexts of the requests, by their commands' ids; without any that is malformed. Undefined when nothing is traced. */
export function requestsIn(headers: ReadonlyMap<string, string>): ReadonlyMap<string, string> | undefined {
  const ids = headers.get(traceHeaders.ids)?.split(",", tracedCommandsMax);
  const requests = headers.get(traceHeaders.requests)?.split(",", tracedCommandsMax);
  if (ids === undefined || requests === undefined) return undefined;
  return new Map(ids.flatMap((id, i) => {
    const request = requests[i] ?? "";
    return id !== "" && wellFormed.test(request) ? [[id, request] as const] : [];
  }));
}

const idMark = '{"id":"';

/** Which input of the record each command is, or what follows from it; `inputs` are JSON, as they are written into it. */
export function inputsOf(
  traced: Iterable<{ readonly id: string }>,
  inputs: readonly string[],
): (number | undefined)[] {
  const byId = new Map(
    inputs.map((input, i) => [input.slice(idMark.length, input.indexOf('"', idMark.length)), i]),
  );
  return Array.from(traced, ({ id }) => byId.get(id));
}

/** The trace context of the request that an entry with this cause follows from; undefined when nobody traces it. */
export function requestBehind(headers: ReadonlyMap<string, string>, cause: number): string | undefined {
  const causes = headers.get(traceHeaders.causes);
  if (causes === undefined) return undefined;
  const found = causes.split(",").indexOf(String(cause));
  return found < 0 ? undefined : headers.get(traceHeaders.requests)?.split(",")[found];
}
