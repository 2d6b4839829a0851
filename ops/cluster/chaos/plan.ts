import { chanceFrom } from "./chance.ts";

/** What is done to the cluster, by what it hurts: of one area at most one at a time, so that a majority of nodes stays. */
export const faultAreas = {
  "host killed": "hosts",
  "host paused": "zombies",
  "host drained": "hosts",
  "edge killed": "edges",
  "projector killed": "projectors",
  "connections cut": "wires",
  "one direction stalled": "wires",
  "NATS node killed": "nats",
  "EVENTS leader moved": "nats",
  "EVENTS leader killed": "nats",
  "Postgres killed": "postgres",
  "disk full": "nats",
} as const;
export type FaultKind = keyof typeof faultAreas;
export const faultKinds = Object.keys(faultAreas) as FaultKind[];

export interface PlannedFault {
  readonly kind: FaultKind;
  /** Which of those that it may hit, from 0 to before 1. */
  readonly where: number;
  readonly atMs: number;
  readonly forMs: number;
}
export interface PlanOptions {
  readonly seed: number;
  readonly ms: number;
  /** How long a fault and the calm after it last, in shares of the usual. */
  readonly pace: number;
}

const groupMax = 3, startsWithinMs = 1_500;
const lasts = { fromMs: 2_000, toMs: 7_000 }, calm = { fromMs: 3_000, toMs: 6_000 };
const firstMs = 2_000;

/** The same seed and time give the same plan. Every kind comes before any comes again. */
export function planFaults({ seed, ms, pace }: PlanOptions): PlannedFault[] {
  const chance = chanceFrom(seed), plan: PlannedFault[] = [];
  let bag: FaultKind[] = [];
  for (let atMs = firstMs; atMs < ms;) {
    if (bag.length === 0) bag = chance.shuffled(faultKinds);
    const group = takeGroup(bag, chance.next() < 0.5 ? 1 : 2 + chance.below(groupMax - 1));
    let untilMs = atMs;
    group.forEach((kind, i) => {
      const startMs = atMs + (i === 0 ? 0 : chance.below(startsWithinMs));
      const forMs = Math.round(chance.between(lasts.fromMs, lasts.toMs) * pace);
      plan.push({ kind, where: chance.next(), atMs: startMs, forMs });
      untilMs = Math.max(untilMs, startMs + forMs);
    });
    atMs = untilMs + Math.round(chance.between(calm.fromMs, calm.toMs) * pace);
  }
  return plan;
}

/** The next kinds, each of another area. */
function takeGroup(bag: FaultKind[], size: number): FaultKind[] {
  const group: FaultKind[] = [];
  for (let i = 0; i < bag.length && group.length < size;) {
    const kind = bag[i]!;
    if (group.some((other) => faultAreas[other] === faultAreas[kind])) i++;
    else group.push(...bag.splice(i, 1));
  }
  return group;
}
