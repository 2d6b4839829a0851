import { assert } from "../../actors/actor.ts";
import type { Step } from "./command_order.ts";
import type { PartitionState } from "./partition_state.ts";

/** Throws when one of these was taken before: whoever hands a turn what has arrived, nothing is decided twice. */
export function expectNew(
  steps: readonly Step[],
  { read, peers }: Pick<PartitionState, "read" | "peers">,
): void {
  let { sequence, taken } = read, heard = peers.sequence;
  for (const step of steps) {
    if ("until" in step) continue;
    if ("heard" in step) {
      const { mark } = step.heard;
      assert(mark.sequence > heard, `Cannot hear record ${mark.sequence} again`);
      heard = mark.sequence;
      continue;
    }
    const mark = "unreadable" in step.incoming ? step.incoming.unreadable : step.incoming.mark;
    const isNew = mark.sequence > sequence || (mark.sequence === sequence && mark.taken > taken);
    assert(isNew, `Cannot decide command ${mark.taken} of message ${mark.sequence} again`);
    ({ sequence, taken } = mark);
  }
}
