import type { Json } from "../../actors/actor.ts";
import type { Broker } from "../broker/broker.ts";
import { openRegistry, type Registered, type Watch, watchRegistry } from "../edge/registry.ts";
import type { Runtime } from "../runtime.ts";

/**
 * What an operator has switched on for a while. `read-only`: nothing new is accepted, and what carriers send is kept and handled
 * afterwards. `partition-3`: it takes no turns; what is accepted waits. `projection-orders`: its rows stay as they are.
 */
export type SwitchName = "read-only" | `partition-${number}` | `projection-${string}`;

/** Why a switch is on. */
export interface SwitchedOn {
  readonly by: string;
  readonly why: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

export interface SwitchBoard {
  /** Again, it keeps the first reason. */
  turnOn(name: SwitchName, reason: SwitchedOn): Promise<void>;
  turnOff(name: SwitchName): Promise<void>;
  /** Those that are on. */
  list(): Promise<ReadonlyMap<string, SwitchedOn>>;
}

/** What every process looks at before it acts. */
export interface Switches {
  isOn(name: SwitchName): boolean;
  /** Rejects when changes can no longer be followed. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const space = "switches", off: Json = null;

export function openSwitches(broker: Broker, runtime: Pick<Runtime, "newId">): SwitchBoard {
  const registry = openRegistry(broker, space, runtime);
  return {
    turnOn: async (name, reason) => {
      const there = await registry.get(name);
      if (there && there.value !== off) return;
      await registry.put(name, { ...reason }, there?.revision ?? 0);
    },
    turnOff: async (name) => void await registry.put(name, off),
    list: async () =>
      new Map((await registry.list()).filter(isOn).map(({ key, value }) => [key, reasonOf(value)])),
  };
}

/** Follows the switches; resolves when those that are on are known. */
export async function watchSwitches(broker: Broker): Promise<Switches> {
  const on = new Set<string>();
  const watch: Watch = watchRegistry(broker, space, (entry) => {
    if (isOn(entry)) on.add(entry.key);
    else on.delete(entry.key);
  });
  await watch.loaded();
  return { isOn: (name) => on.has(name), ended: watch.ended, stop: () => watch.stop() };
}

const isOn = ({ value }: Registered) => value !== off;

/** Whoever wrote it, all that counts is that it is on: a reason that is not ours is shown as far as it goes. */
function reasonOf(value: Json): SwitchedOn {
  const { by, why, atMs } = value as Partial<Record<keyof SwitchedOn, Json>>;
  return { by: String(by ?? "?"), why: String(why ?? "?"), atMs: Number(atMs ?? 0) };
}
