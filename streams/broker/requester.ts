import type { Msg, MsgHdrs } from "nats";
import type { Link } from "./link.ts";

/**
 * Questions to the server with one inbox and one subscription for all of them, and one coarse timer instead of one each: the client
 * library's own way costs several times the CPU, and a publish with an ack is such a question.
 */
export interface Requester {
  /** Calls `take` with each message that comes back until it returns true, or `fail` once. Never both after the end. */
  ask(subject: string, payload: Uint8Array | string, question: Question): void;
  /** How many questions are open. */
  open(): number;
}
export interface Question {
  readonly headers?: MsgHdrs;
  readonly msMax: number;
  take(message: Msg): boolean;
  fail(reason: Unanswered): void;
}
/** `unsent`: it never left; `timeout` and `disconnected`: it may have been heard. */
export type Unanswered = "timeout" | "disconnected" | "unsent";

interface Open {
  readonly question: Question;
  readonly deadlineMs: number;
  /** Set while there is no connection to send it on. */
  send?: () => void;
}

const sweepMs = 25;
/** Beyond this many open questions new ones fail at once: the server is not keeping up. */
const openMax = 50_000;

export function createRequester(link: Link): Requester {
  const { nc } = link;
  const inbox = link.newInbox();
  const open = new Map<string, Open>();
  let serial = 0;
  let sweeper: ReturnType<typeof setInterval> | undefined;

  const finish = (token: string, reason: Unanswered) => {
    const entry = open.get(token);
    if (entry === undefined) return;
    open.delete(token);
    entry.question.fail(entry.send === undefined ? reason : "unsent");
  };
  const sweep = () => {
    const nowMs = performance.now();
    for (const [token, entry] of open) if (entry.deadlineMs <= nowMs) finish(token, "timeout");
    if (open.size > 0 || sweeper === undefined) return;
    clearInterval(sweeper);
    sweeper = undefined;
  };
  nc.subscribe(`${inbox}.*`, {
    callback: (error, message) => {
      if (error !== null) return; // No permission to be answered: each question then ends by its own time limit.
      const token = message.subject.slice(inbox.length + 1);
      const entry = open.get(token);
      if (entry !== undefined && entry.question.take(message)) open.delete(token);
    },
  });
  link.watch({
    // An answer that was on its way is gone with the connection.
    lost: () =>
      [...open].forEach(([token, entry]) => entry.send === undefined && finish(token, "disconnected")),
    back: () => {
      for (const entry of open.values()) {
        entry.send?.();
        entry.send = undefined;
      }
    },
    closed: () => [...open.keys()].forEach((token) => finish(token, "disconnected")),
  });

  const ask = (subject: string, payload: Uint8Array | string, question: Question) => {
    if (open.size >= openMax || nc.isClosed()) return question.fail("unsent");
    const token = (serial++).toString(36);
    const send = () =>
      nc.publish(subject, payload, { reply: `${inbox}.${token}`, headers: question.headers });
    const entry: Open = { question, deadlineMs: performance.now() + question.msMax };
    // What the library would buffer while disconnected it would also send long after we gave up on it.
    if (link.connected()) send();
    else entry.send = send;
    open.set(token, entry);
    sweeper ??= setInterval(sweep, sweepMs);
  };
  return { ask, open: () => open.size };
}
