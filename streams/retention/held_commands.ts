import type { PartitionState } from "../host/partition_state.ts";
import { bringsPersonal, commandsPassed } from "./personal_message.ts";

type Holding = Pick<PartitionState, "waiting" | "parked" | "stopped">;

/** What a partition has read of COMMANDS, and still needs of it. */
export interface CommandsRead {
  /** Everything up to this sequence is decided, or is held. */
  readonly passed: number;
  /** The oldest message with the personal part of a command that waits undecided; absent when none does. */
  readonly held?: number;
}

/**
 * The messages of COMMANDS with personal data of commands that were read and are not decided: what is parked behind an actor that is
 * stopped or paused, what stopped it, and what waits for a later turn. Their personal parts lie nowhere else.
 */
export function heldCommands({ waiting, parked, stopped }: Holding): number[] {
  const dead = [...stopped.values()].map(({ delivery }) => delivery);
  return [...waiting, ...parked, ...dead].filter(bringsPersonal).map(({ cause }) => cause.at![0]);
}

export function commandsRead(state: Holding & Pick<PartitionState, "read">): CommandsRead {
  const held = heldCommands(state).reduce((oldest, one) => Math.min(oldest, one), Infinity);
  const passed = commandsPassed({ read: { commands: state.read } });
  return held === Infinity ? { passed } : { passed, held };
}
