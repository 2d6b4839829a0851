import { expect } from "vitest";
import type { Broker } from "../../../streams/broker/broker.ts";
import { countCallbacks } from "../../../streams/callbacks/callback_position.ts";
import { readStatus } from "../../../streams/cluster/status.ts";
import { readActs, recorded } from "../../../streams/operations/acts.ts";
import { systemRuntime } from "../../../streams/system_runtime.ts";
import { readHeld } from "../../operate/held.ts";

const runtime = systemRuntime("test");

/** What the console needs of the log, asked for as the edge's user; the operator finds the act. */
export async function expectConsoleShown(
  { edge, operator }: { readonly edge: Broker; readonly operator: Broker },
  partition: number,
): Promise<void> {
  const status = await readStatus(edge, runtime.nowMs());
  expect(status?.partitions).toMatchObject([{ partition }]);
  expect((await countCallbacks(edge)).behind).toBeGreaterThanOrEqual(0);
  const { switches, partitions } = await readHeld(edge, runtime);
  expect([switches.size, partitions.length]).toEqual([0, 1]);
  const act = { by: "ada", why: "a test", does: "dead-letters drop", to: "undecided/intake:0" };
  await recorded(edge, runtime, { act, work: () => Promise.resolve("done") });
  expect(await readActs(operator, 1)).toMatchObject([{ ...act, state: "done" }]);
}
