import type { CommandMark, Pending } from "../record.ts";
import type { Step } from "./command_order.ts";
import type { Heard } from "./hearing.ts";
import type { Draft } from "./ledger.ts";
import type { ObservedTurn, TracedRequest } from "./observer.ts";
import { inputsOf, tracedCommandsMax } from "./trace_headers.ts";

/** Trace contexts by the id of the command that the request began with. */
type Contexts = ReadonlyMap<string, string>;

/** What a turn decided for a request, and which input of its record that is; none where the command was passed on. */
interface Traced extends TracedRequest {
  readonly id: string;
  readonly input?: number;
}

export interface GoingOn {
  /** In the order in which the turn took them; each request once. */
  readonly traced: readonly Traced[];
  /** Where the requests stood before the turn, also those whose messages it only put into its queue. */
  readonly before: Contexts;
}

interface Deciding {
  readonly steps: readonly Step[];
  readonly taken: readonly Heard[];
  readonly draft: Pick<Draft, "head" | "inputs">;
  /** What waited when the turn began. */
  readonly waiting: readonly Pending[];
}

const nothing: GoingOn = { traced: [], before: new Map() };

/**
 * The traces that a partition goes on with. What waits for a later turn is remembered here and nowhere else: a partition that is opened
 * anew, or was just split off, goes on without the traces of what waits in it.
 */
export class Traces {
  /** Of what waits; at most `tracedCommandsMax`. */
  #waiting: Contexts = new Map();

  /** The requests that somebody traces and for which the turn decided something. */
  goingOn({ steps, taken, draft: { head, inputs }, waiting }: Deciding): GoingOn {
    const requests = new Map<string, Traced>(), commands = commandsIn(steps, head.read.commands);
    if (this.#waiting.size > 0) addMessages(requests, waiting, this.#waiting);
    for (const { messages, requests: known } of taken) if (known) addMessages(requests, messages, known);
    const messages = requests.size;
    for (const command of commands) if (!requests.has(command.id)) requests.set(command.id, command);
    if (requests.size === 0) return nothing;
    const inputOf = inputsOf(requests.values(), inputs);
    const traced = [...requests.values()].flatMap((one, i) => {
      const input = inputOf[i];
      if (input !== undefined) return [{ ...one, input }];
      return i < messages ? [] : [one]; // A message without input waits; a command without one was passed on.
    });
    return { traced, before: new Map([...requests].map(([id, { traceparent }]) => [id, traceparent])) };
  }

  /** The turn is durable: `waiting` is what a later one goes on with. */
  keep({ traced, before }: GoingOn, { requests = [] }: ObservedTurn, waiting: readonly Pending[]): void {
    if (before.size === 0) return;
    const contexts = new Map(before), kept = new Map<string, string>();
    traced.forEach(({ id }, i) => {
      const request = requests[i];
      if (request !== undefined) contexts.set(id, request);
    });
    for (const { cause: { id } } of waiting) {
      const context = contexts.get(id);
      if (context !== undefined) kept.set(id, context);
      if (kept.size === tracedCommandsMax) break;
    }
    this.#waiting = kept;
  }
}

/** The commands from outside that somebody traces, as far as the turn took them. */
function commandsIn(steps: readonly Step[], read: CommandMark): Traced[] {
  return steps.flatMap((step) => {
    if (!("incoming" in step && "packed" in step.incoming)) return [];
    const { packed: { id, traceparent }, mark: { sequence, taken } } = step.incoming;
    if (!traceparent) return [];
    const done = sequence < read.sequence || (sequence === read.sequence && taken <= read.taken);
    return done ? [{ id, traceparent }] : [];
  });
}

function addMessages(to: Map<string, Traced>, messages: readonly Pending[], contexts: Contexts): void {
  for (const { cause: { id }, message, asker } of messages) {
    const traceparent = contexts.get(id);
    if (traceparent === undefined || to.has(id)) continue;
    // Who asks waits for an answer to the command itself, which its partition had passed on.
    to.set(id, asker ? { id, traceparent } : { id, traceparent, message: message.type });
  }
}
