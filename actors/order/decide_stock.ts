import { assert } from "../actor.ts";
import type { Sku } from "../ids.ts";
import type { Part, SkuAnswer, StockAnswered } from "../protocol.ts";
import { claimedLines, fillLines, releasedLines, unclaimedLines } from "./distribute.ts";
import { hearPacked } from "./decide_ship.ts";
import { type Draft, record, tell } from "./draft.ts";
import type { CancelledLine, Grant } from "./events.ts";
import { judge } from "./judge.ts";
import { attemptOf, awaitedKey, type KnownOrder, unitsOf } from "./state.ts";

type AnswerOf<K extends SkuAnswer["kind"]> = Extract<SkuAnswer, { readonly kind: K }>;

/** Takes in what SKUs said, in order; neighbours of one kind become one event. */
export function hear(draft: Draft, command: StockAnswered): void {
  const { answers } = command;
  for (let from = 0, to = 0; from < answers.length; from = to) {
    const group = groupOf(answers[from]!);
    while (to < answers.length && groupOf(answers[to]!) === group) to++;
    const run = answers.slice(from, to);
    if (group === "granted") hearGrants(draft, run as Grant[]);
    else if (group === "released") hearReleased(draft, run as AnswerOf<"released">[]);
    else if (group === "filled") hearFilled(draft, run as AnswerOf<"filled">[]);
    else if (group === "packed") hearPacked(draft, run as AnswerOf<"packed" | "not_packed">[]);
    else hearLost(draft, run as AnswerOf<"lost">[]);
  }
}

function groupOf({ kind }: SkuAnswer): "granted" | "released" | "filled" | "packed" | "lost" {
  if (kind === "held" || kind === "refused") return "granted";
  return kind === "not_packed" ? "packed" : kind;
}

/** Answers to the attempt: the last one decides, earlier ones are noted. */
function hearGrants(draft: Draft, grants: readonly Grant[]): void {
  const { state } = draft;
  const current: Grant[] = [];
  for (const grant of grants) {
    const attempt = attemptOf(state.placed.order, grant.hold);
    if (state.asking && attempt === state.attempt) current.push(grant);
    // Nobody waits for it any more: what it holds must not stay held.
    else if (holdsUnits(grant)) {
      tell(draft, { sku: grant.sku, attempt }, { type: "release", reason: "refused", answer: false });
    }
  }
  if (current.length === 0 || !state.asking) return;
  const { asked, answers } = state.asking;
  const news = current.filter((grant) => !answers.has(grant.sku)).length;
  if (answers.size + news < asked.length) {
    return record(draft, "order.stock_answered", { attempt: state.attempt, answers: current });
  }
  const all = new Map<Sku, Grant>(answers);
  for (const grant of current) all.set(grant.sku, grant);
  judge(draft, all);
}

const holdsUnits = (grant: Grant) => grant.kind === "held" && unitsOf(grant.parts) + grant.queued > 0;

/** What SKUs gave back for a cancellation. Where a shortfall left them less to give, open units end in its place. */
function hearReleased(draft: Draft, answers: readonly AnswerOf<"released">[]): void {
  const { state } = draft;
  const awaited = state.cancelling?.awaited;
  if (!awaited) return;
  const answered: { sku: Sku; attempt: number }[] = [];
  const lines: CancelledLine[] = [];
  const missing = new Map<Sku, number>();
  for (const { sku, hold, parts, dequeued } of answers) {
    const attempt = attemptOf(state.placed.order, hold);
    const wanted = awaited.get(awaitedKey(sku, attempt));
    if (wanted === undefined) continue;
    answered.push({ sku, attempt });
    lines.push(...releasedLines(state, { sku, attempt, parts, dequeued }));
    const less = wanted - unitsOf(parts) - dequeued;
    if (less > 0) missing.set(sku, (missing.get(sku) ?? 0) + less);
  }
  for (const [sku, units] of missing) lines.push(...unclaimedLines(state, sku, units));
  if (answered.length > 0) record(draft, "order.lines_cancelled", { answered, lines });
}

/** Queued units got goods. While the attempt is undecided, the answer that queued them is amended. */
function hearFilled(draft: Draft, answers: readonly AnswerOf<"filled">[]): void {
  for (const { sku, hold, parts } of answers) {
    const { state } = draft;
    const attempt = attemptOf(state.placed.order, hold);
    const grant = undecidedGrant(state, sku, attempt);
    if (grant) {
      const amended = { ...grant, parts: [...grant.parts, ...parts], queued: grant.queued - unitsOf(parts) };
      assert(amended.queued >= 0, `Cannot fill ${unitsOf(parts)} of ${sku}: ${grant.queued} are queued`);
      record(draft, "order.stock_answered", { attempt, answers: [amended] });
      continue;
    }
    const lines = fillLines(state, sku, attempt, parts);
    if (lines.length > 0) record(draft, "order.backorder_filled", { lines });
  }
}

/** Claims went with a shortfall. Nothing is said of units that the order has given up already. */
function hearLost(draft: Draft, answers: readonly AnswerOf<"lost">[]): void {
  for (const { sku, hold, parts } of answers) {
    const { state } = draft;
    const attempt = attemptOf(state.placed.order, hold);
    const grant = undecidedGrant(state, sku, attempt);
    if (grant) {
      record(draft, "order.stock_answered", {
        attempt,
        answers: [{ ...grant, parts: without(grant.parts, parts) }],
      });
      continue;
    }
    const lines = claimedLines(state, sku, attempt, parts);
    if (lines.length > 0) record(draft, "order.claim_lost", { lines });
  }
}

function undecidedGrant(state: KnownOrder, sku: Sku, attempt: number): AnswerOf<"held"> | undefined {
  if (!state.asking || attempt !== state.attempt) return undefined;
  const grant = state.asking.answers.get(sku);
  return grant?.kind === "held" ? grant : undefined;
}

function without(parts: readonly Part[], gone: readonly Part[]): Part[] {
  return parts.map((part) => {
    const lost = unitsOf(gone.filter((other) => other.location === part.location));
    return { ...part, quantity: Math.max(0, part.quantity - lost) };
  }).filter((part) => part.quantity > 0);
}
