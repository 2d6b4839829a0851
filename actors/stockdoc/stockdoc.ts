import { accept, type Actor, assert, type Decision, type Message, never, reject } from "../actor.ts";
import type { AdjustStock, ReceiveGoods, StockDocCommandFromOutside } from "../commands.ts";
import { type ActorId, actorId } from "../ids.ts";
import type { DocAnswered, LocationAnswered, LocationStocked, SkuMessageFromDoc } from "../protocol.ts";
import type { StockDocAsked, StockDocEvent, StockDocLine, StockDocOpened } from "./stockdoc_events.ts";
import {
  answer,
  decode,
  encode,
  evolve,
  type OpenedDoc,
  sizeOf,
  type StockDocRejection,
  type StockDocState,
  unknown,
} from "./stockdoc_state.ts";

export type StockDocCommand = StockDocCommandFromOutside | LocationAnswered | DocAnswered;
type DocDecision = Decision<StockDocEvent, StockDocRejection>;

/** Answers that `merge` joins into one: the cost of joining stays in proportion to their number. */
const answersMergedMax = 256;

/**
 * A receipt or an adjustment over many SKUs. A receipt cannot be refused. An adjustment first has every lowering line set aside;
 * when all are, all are applied, and otherwise all are let go, so that it happens as a whole or not at all. With `force` the same:
 * what is set aside then may be promised out of claims, and is taken from them only when the whole document goes through.
 */
export const stockdoc: Actor<StockDocState, StockDocCommand, StockDocEvent, StockDocRejection> = {
  kind: "stockdoc",
  stateVersion: 1,
  restsAfterBirth: true,
  initial: (key) => ({ key, fingerprint: null }),
  evolve,
  decide,
  answer,
  touches,
  merge,
  encode,
  decode,
  sizeOf,
};

function decide(state: StockDocState, command: StockDocCommand): DocDecision {
  switch (command.type) {
    case "receipt":
    case "adjustment":
      return open(state, command);
    case "located":
      return located(opened(state), command);
    case "answered":
      return answered(opened(state), command);
    case "read":
      return state.fingerprint === null
        ? reject(unknown(state.key))
        : accept<StockDocEvent>([], { reply: "view" });
    default:
      return never(command);
  }
}

/** The key holds for ever: the same again gets the first answer, anything else under it is refused. */
function open(state: StockDocState, command: ReceiveGoods | AdjustStock): DocDecision {
  const { type: kind, location, reference, fingerprint } = command;
  if (state.fingerprint === null) {
    const data: StockDocOpened["data"] = { kind, location, reference, fingerprint, ...contentOf(command) };
    const stocked: LocationStocked = {
      type: "stocked",
      doc: state.key,
      skus: data.lines.map(({ sku }) => sku),
    };
    return accept<StockDocEvent>([{ type: "stock_document.opened", version: 1, data }], {
      messages: [{ to: actorId("location", location), message: stocked }],
      reply: { later: "doc" },
    });
  }
  if (state.fingerprint !== fingerprint || state.kind !== kind) {
    const detail = `Cannot take this ${kind}: ${state.kind} ${reference} at ${location} was another request`;
    return reject({ reason: "idempotency-mismatch", detail });
  }
  if (state.status === "pending") return accept<StockDocEvent>([], { reply: { later: "doc" } });
  return accept<StockDocEvent>([], { reply: { ...answer(state), replayed: true } });
}

function contentOf(command: ReceiveGoods | AdjustStock) {
  if (command.type === "receipt") {
    return { lines: command.lines.map(({ sku, quantity }) => ({ sku, delta: quantity })) };
  }
  const { reason, force, lines } = command;
  return { reason, force, lines: lines.map(({ sku, delta }) => ({ sku, delta })) };
}

function opened(state: StockDocState): OpenedDoc {
  assert(state.fingerprint !== null, `Cannot go on with ${state.key}: it was not opened`);
  return state;
}

function located(state: OpenedDoc, { priority }: LocationAnswered): DocDecision {
  assert(state.step === "locate", `Cannot locate ${state.key}: it is located`);
  const event: StockDocEvent = { type: "stock_document.located", version: 1, data: { priority } };
  const lowers = state.kind === "adjustment" && state.lines.some(({ delta }) => delta < 0);
  return ask({ ...state, priority }, [event], lowers ? "hold" : "apply");
}

function answered(state: OpenedDoc, { answers }: DocAnswered): DocDecision {
  assert(
    answers.length <= state.waiting,
    `Cannot count ${answers.length} answers: ${state.waiting} are awaited`,
  );
  const failed = answers.flatMap(({ sku, outcome, free }) =>
    outcome === "done" || outcome === "held" ? [] : [{ sku, outcome, free: free ?? 0 }]
  );
  assert(
    failed.length === 0 || state.step === "hold",
    `Cannot ${state.step} ${state.key}: ${failed[0]?.sku} refused`,
  );
  const data = { skus: answers.length, failed };
  const event: StockDocEvent = { type: "stock_document.answered", version: 1, data };
  if (answers.length < state.waiting) return accept([event]);
  const next = evolve(state, event) as OpenedDoc;
  switch (state.step) {
    case "hold":
      return ask(next, [event], next.failed.size === 0 ? "apply" : "release");
    case "apply":
      return settle([event], state.kind === "receipt" ? "received" : "adjusted");
    case "release":
      return settle([event], "refused");
    case "locate":
      throw new Error(`Cannot count answers of ${state.key}: nobody was asked`);
  }
}

/** Asks every SKU that the step is about; with none there is nothing to wait for. */
function ask(
  state: OpenedDoc,
  before: readonly StockDocEvent[],
  step: StockDocAsked["data"]["step"],
): DocDecision {
  const messages = messagesOf(state, step);
  const data = { step, skus: messages.length };
  const events: StockDocEvent[] = [...before, { type: "stock_document.asked", version: 1, data }];
  if (messages.length > 0) return accept(events, { messages });
  if (step === "release") return settle(events, "refused");
  return settle(events, state.kind === "receipt" ? "received" : "adjusted");
}

function messagesOf(state: OpenedDoc, step: StockDocAsked["data"]["step"]): readonly Message[] {
  const messages: Message[] = [];
  for (const line of state.lines) {
    const message = messageOf(state, step, line);
    if (message !== null) messages.push({ to: actorId("sku", line.sku), message });
  }
  return messages;
}

function messageOf(
  { key: doc, kind, location, priority, reason = "", force = false, failed }: OpenedDoc,
  step: StockDocAsked["data"]["step"],
  { sku, delta }: StockDocLine,
): SkuMessageFromDoc | null {
  switch (step) {
    case "hold":
      return delta < 0 ? { type: "adjust.hold", doc, location, quantity: -delta, force } : null;
    case "release":
      return delta < 0 && !failed.has(sku) ? { type: "adjust.release", doc, location } : null;
    case "apply":
      if (delta === 0) return null;
      if (kind === "receipt") return { type: "receive", doc, location, quantity: delta, priority };
      return { type: "adjust.commit", doc, location, delta, reason, force, priority };
  }
}

function settle(before: readonly StockDocEvent[], status: "received" | "adjusted" | "refused"): DocDecision {
  const event: StockDocEvent = { type: "stock_document.settled", version: 1, data: { status } };
  return accept([...before, event], { settles: ["doc"] });
}

function touches(command: StockDocCommand): readonly ActorId[] {
  if (command.type !== "receipt" && command.type !== "adjustment") return [];
  return [actorId("location", command.location), ...command.lines.map(({ sku }) => actorId("sku", sku))];
}

function merge(first: StockDocCommand, second: StockDocCommand): StockDocCommand | undefined {
  if (first.type !== "answered" || second.type !== "answered") return undefined;
  if (first.answers.length + second.answers.length > answersMergedMax) return undefined;
  return { type: "answered", answers: [...first.answers, ...second.answers] };
}
