import { Failure } from "../cli/failure.ts";
import { type Answered, problemOf } from "./client.ts";
import type { Tally } from "./tally.ts";

/** What is made of an answer. */
export function changed(tally: Tally, { replayed }: Answered): void {
  if (!replayed) tally.changes++;
}

export function expectStatus(answered: Answered, status: number, what: string): void {
  if (answered.status !== status) throw unexpected(what, answered);
}

function unexpected(what: string, { status, body }: Answered): Error {
  return new Failure(`Cannot send ${what}: the answer is ${status} ${problemOf(body)}`);
}

export async function timed(tally: Tally, name: string, work: () => Promise<void>): Promise<void> {
  const startedAtMs = performance.now();
  await work();
  tally.phases.push({ name, seconds: (performance.now() - startedAtMs) / 1000 });
}
