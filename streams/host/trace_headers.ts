import type { ObservedTurn } from "./observer.ts";

/**
 * Headers of an EVENTS message. `requests`: W3C trace contexts separated by commas, at most `tracedCommandsMax`; `causes`: for each of
 * them the index of its input in the record, or nothing where the command is no input of this turn.
 */
export const traceHeaders = {
  turn: "traceparent",
  requests: "waybill-traceparents",
  causes: "waybill-trace-causes",
} as const;
/** OpenTelemetry keeps no more links than this on one span. */
export const tracedCommandsMax = 128;

/** The headers that carry the turn's trace contexts to the readers of EVENTS; undefined when nothing is traced. */
export function traceHeadersOf(
  { traceparent, requests = [] }: ObservedTurn,
  causes: () => readonly (number | undefined)[] = () => [],
): ReadonlyMap<string, string> | undefined {
  if (traceparent === undefined) return undefined;
  const headers = new Map<string, string>([[traceHeaders.turn, traceparent]]), inputs = causes();
  const known = requests.flatMap((request, i) =>
    request === undefined ? [] : [[request, inputs[i]] as const]
  );
  if (known.length === 0) return headers;
  headers.set(traceHeaders.requests, known.map(([request]) => request).join(","));
  return headers.set(traceHeaders.causes, known.map(([, input]) => input ?? "").join(","));
}

const idMark = '{"id":"';

/** Which input of the record each command is; `inputs` are JSON, as they are written into it. */
export function inputsOf(
  commands: readonly { readonly id: string }[],
  inputs: readonly string[],
): (number | undefined)[] {
  const byId = new Map(
    inputs.map((input, i) => [input.slice(idMark.length, input.indexOf('"', idMark.length)), i]),
  );
  return commands.map(({ id }) => byId.get(id));
}

/** The trace context of the request that an entry with this cause follows from; undefined when nobody traces it. */
export function requestBehind(headers: ReadonlyMap<string, string>, cause: number): string | undefined {
  const causes = headers.get(traceHeaders.causes);
  if (causes === undefined) return undefined;
  const found = causes.split(",").indexOf(String(cause));
  return found < 0 ? undefined : headers.get(traceHeaders.requests)?.split(",")[found];
}
