import { setTimeout as sleep } from "node:timers/promises";
import type { Asked } from "../streams/edge/asking.ts";
import type { Outcome } from "./answers.ts";
import { parseJson } from "./body.ts";
import type { Edge } from "./edge.ts";
import type { Line } from "./lines.ts";
import { placed, type Placing, placing, type PlacingOptions } from "./placing.ts";
import type { Preference } from "./prefer.ts";
import { problemBody } from "./problems.ts";

export interface BulkOptions extends PlacingOptions {
  readonly preference: Preference;
  readonly path: string;
  /** Aborted when the client does not want more results. */
  readonly left: AbortSignal;
}

/**
 * Places one order a line, and yields one result a line in the same order, each as soon as it is known. A bounded number is in flight;
 * they are asked in the order of the lines, which is the order of effects as long as one partition serves them. With several partitions,
 * or when the intake was full and a line had to be asked again, orders that share a SKU may be decided in another order than their lines.
 */
export async function* placeLines(
  edge: Edge,
  lines: AsyncIterable<Line>,
  options: BulkOptions,
): AsyncGenerator<string> {
  const source = lines[Symbol.asyncIterator]();
  const inFlight: Promise<string>[] = [];
  let reading: Promise<IteratorResult<Line>> | undefined;
  let ended = false;
  try {
    while (!ended || inFlight.length > 0) {
      if (!ended && inFlight.length < edge.limits.bulkInFlightMax) reading ??= source.next();
      const event = await firstOf(reading, inFlight[0]);
      if (typeof event === "string") {
        inFlight.shift();
        yield event;
        continue;
      }
      reading = undefined;
      if (event.done) ended = true;
      else if (!isBlank(event.value)) inFlight.push(placeLine(edge, event.value, options));
    }
  } finally {
    await source.return?.();
  }
}

/** Reading comes first when both are there: what is asked together is decided together. */
function firstOf<A, B>(reading: Promise<A> | undefined, result: Promise<B> | undefined): Promise<A | B> {
  const promises: Promise<A | B>[] = [];
  if (reading !== undefined) promises.push(reading);
  if (result !== undefined) promises.push(result);
  return Promise.race(promises);
}

/** Asks before its first `await`, so that the order of calls is the order of asking. */
function placeLine(edge: Edge, line: Line, options: BulkOptions): Promise<string> {
  const refused = (status: Outcome["status"]) =>
    Promise.resolve(resultLine(line.number, { status }, options.path));
  if (line.bytes === "too long") {
    const detail = `Cannot read line: it has more than ${edge.limits.bodyBytesMax} bytes`;
    return refused({ problem: "body-too-large", detail });
  }
  const body = parseJson(line.bytes);
  if (!body.ok) return refused({ ...body.refusal, detail: body.refusal.detail.replace("body", "line") });
  const order = placing(edge, body.value, options);
  if (!order.ok) return refused(order.refusal);
  return askUntilAccepted(edge, order.value, options)
    .then((asked) => placed(edge, order.value, asked, options.preference))
    .then((outcome) => resultLine(line.number, outcome, options.path));
}

/**
 * An intake that is full or out of reach makes the stream wait instead of failing the line; asking again is safe, the order number
 * being the key.
 */
async function askUntilAccepted(edge: Edge, { question }: Placing, { left }: BulkOptions): Promise<Asked> {
  let asked = await edge.ask(question);
  for (let attempt = 1; attempt < edge.limits.bulkAttemptsMax && !left.aborted; attempt++) {
    if (asked.kind === "answered" || asked.kind === "accepted" || asked.kind === "defect") break;
    const pauseS = asked.kind === "in-doubt" ? 1 : asked.retryAfterS;
    await sleep(pauseS * 1_000 * (0.5 + attempt / 4));
    asked = await edge.ask(question);
  }
  return asked;
}

/** `status` is a word in an order and a number in a problem. */
function resultLine(line: number, outcome: Outcome, path: string): string {
  const refused = typeof outcome.status === "number" ? undefined : problemBody(outcome.status, path);
  const members = (refused === undefined ? outcome.body ?? "{}" : JSON.stringify(refused)).slice(1, -1);
  const replayed = outcome.replayed ? ',"replayed":true' : "";
  return `{"line":${line}${members && `,${members}`}${replayed}}\n`;
}

function isBlank({ bytes }: Line): boolean {
  return bytes !== "too long" && bytes.every((byte) => byte === 32 || byte === 9 || byte === 13);
}
