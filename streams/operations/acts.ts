import type { Json } from "../../actors/actor.ts";
import type { Broker } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { streamNames } from "../record.ts";
import type { Runtime } from "../runtime.ts";

/**
 * What operators do is told in a stream of its own, OPERATIONS, that refuses to be deleted from or purged: each act once as it begins
 * and once as it ends. An act without an end was interrupted.
 */
export interface Act {
  /** ULID, the same from beginning to end. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Who. */
  readonly by: string;
  /** Why, in the operator's own words; empty where they need not say. */
  readonly why: string;
  /** What is done, as the command line says it: `pause`, `rebuild`. */
  readonly does: string;
  /** To what: `sku:85123A`, `orders`. */
  readonly to: string;
  readonly details?: Json;
  readonly state: "begun" | "done" | "failed";
  /** Of an act that ended: what came of it, or why it failed. */
  readonly outcome?: Json;
}
export type NewAct = Pick<Act, "by" | "why" | "does" | "to" | "details">;
export type ActRuntime = Pick<Runtime, "nowMs" | "newId">;

const subject = "operations.acts";
export const actLimits = { ackMsMax: 2_000, triesMax: 5, listedMax: 1_000 } as const;

const encoder = new TextEncoder(), decoder = new TextDecoder();

/** Does the work between a record of its beginning and one of its end. Nothing is begun that could not be recorded. */
export async function recorded<T extends Json | undefined>(
  broker: Broker,
  runtime: ActRuntime,
  { act, work }: { readonly act: NewAct; readonly work: () => Promise<T> },
): Promise<T> {
  const id = runtime.newId();
  const tell = (state: Act["state"], outcome?: Json) =>
    append(broker, {
      id,
      atMs: runtime.nowMs(),
      ...act,
      state,
      ...(outcome === undefined ? {} : { outcome }),
    });
  await tell("begun");
  let outcome: T;
  try {
    outcome = await work();
  } catch (error) {
    await tell("failed", error instanceof Error ? error.message : String(error));
    throw error;
  }
  await tell("done", outcome);
  return outcome;
}

/** Whose ack was lost may be stored twice; `readActs` knows it by id and state. */
async function append(broker: Broker, act: Act): Promise<void> {
  const payload = encoder.encode(JSON.stringify(act));
  let why = "";
  for (let tries = 0; tries < actLimits.triesMax; tries++) {
    const outcome = await broker.publish(subject, payload, { ackMsMax: actLimits.ackMsMax });
    if (outcome.kind === "stored") return;
    why = outcome.kind === "unknown" ? outcome.reason : outcome.kind;
  }
  throw new Fault("log.unavailable", `Cannot record that ${act.by} would ${act.does} ${act.to}: ${why}`);
}

/** The latest acts, newest first, each as it stands now. */
export async function readActs(broker: Broker, limit: number): Promise<Act[]> {
  const { lastSequence, messages } = await broker.info(streamNames.operations);
  if (messages === 0) return [];
  const latest = new Map<string, Act>();
  // An act is two messages, rarely more.
  const from = Math.max(1, lastSequence - 4 * limit + 1);
  const reader = broker.read(streamNames.operations, { fromSequence: from });
  try {
    for await (const { sequence, payload } of reader) {
      const act = JSON.parse(decoder.decode(payload)) as Act;
      const begun = latest.get(act.id);
      latest.set(act.id, begun === undefined ? act : { ...act, atMs: begun.atMs });
      if (sequence >= lastSequence) break;
    }
  } finally {
    await reader.stop();
  }
  return [...latest.values()].sort((one, other) => other.id < one.id ? -1 : 1).slice(0, limit);
}
