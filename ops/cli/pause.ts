import type { Command } from "commander";
import type { Broker } from "../../streams/broker/broker.ts";
import { openSwitches, type SwitchName } from "../../streams/operations/switches.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { type Held, readHeld } from "../operate/held.ts";
import { expectPartition, operate } from "../operate/operator.ts";
import { projectionNames, type Target, targetForms, targetOf } from "../operate/target.ts";
import { version } from "../version.ts";
import { act, type ActFlags, operatorOf, withActFlags } from "./act.ts";
import { exitCodes, Failure } from "./failure.ts";
import { withBroker } from "./with_broker.ts";

type Print = (text: string) => void;
const runtime = systemRuntime(version);
export const targetHelp = `such as ${targetForms}`;

/** `waybill pause`: an actor, a kind, a partition or a projection takes nothing until it is resumed; what comes meanwhile waits in order. */
export function registerPause(program: Command, print: Print = console.log): void {
  const description =
    "let an actor, a kind of actors, a partition or the rows of a projection rest; what comes meanwhile waits in order";
  withActFlags(program.command("pause").description(description).argument("<target>", targetHelp))
    .action((text: string, flags: ActFlags) => change("pause", text, flags, print));
}

/** `waybill resume`. */
export function registerResume(program: Command, print: Print = console.log): void {
  const description = "let what was paused go on: first what waits, in the order in which it came";
  withActFlags(program.command("resume").description(description).argument("<target>", targetHelp))
    .action((text: string, flags: ActFlags) => change("resume", text, flags, print));
}

/** `waybill read-only on|off|status`: for the whole system. */
export function registerReadOnly(program: Command, print: Print = console.log): void {
  const readOnly = program.command("read-only").description(
    "refuse all changes for a while: reads and tracking pages go on, carriers' callbacks are kept and handled afterwards",
  );
  withActFlags(readOnly.command("on").description("answer every change with 503 read-only"))
    .action((flags: ActFlags) => readOnlyTo("on", flags, print));
  withActFlags(readOnly.command("off").description("take changes again"))
    .action((flags: ActFlags) => readOnlyTo("off", flags, print));
}

/** What the text names; fails where it names nothing. */
export function wanted(does: string, text: string): Target {
  const target = targetOf(text);
  if (target !== undefined) return target;
  const misused = text.startsWith("projection:")
    ? `Cannot ${does} ${text}: there is ${projectionNames().join(", ")}`
    : `Cannot ${does} ${text}: name ${targetForms}`;
  throw new Failure(misused, { exitCode: exitCodes.misused });
}

async function change(does: "pause" | "resume", text: string, flags: ActFlags, print: Print): Promise<void> {
  const target = wanted(does, text);
  const said = await withBroker(`waybill ${does}`, async (broker) => {
    const paused = isPaused(await heldOf(broker, target), target);
    if (does === "resume" && !paused) throw new Failure(`Cannot resume ${text}: it is not paused`);
    const perform = () => performed(broker, does, target, flags);
    return await act(broker, flags, {
      does,
      to: text,
      plan: { does, target: text, paused },
      planText: paused && does === "pause" ? `${text} is paused already` : `Would ${does} ${text}`,
      perform,
      outcomeText: ({ released }) =>
        does === "pause" ? `${text} is paused` : `${text} goes on${letGo(target, released)}`,
    });
  });
  print(said);
}

const letGo = ({ kind }: Target, released: number) =>
  kind === "projection" ? ", and catches up" : `; ${released} that waited were let go first`;

async function performed(broker: Broker, does: "pause" | "resume", target: Target, flags: ActFlags) {
  const reason = { by: operatorOf(flags), why: flags.why ?? "" };
  if (target.kind === "actors") return { ...await operate(broker, runtime, { does, ...target, ...reason }) };
  await switchTo(broker, switchOf(target), does === "pause" ? reason : undefined);
  return { released: 0 };
}

async function readOnlyTo(to: "on" | "off", flags: ActFlags, print: Print): Promise<void> {
  const said = await withBroker("waybill read-only", async (broker) => {
    const is = (await openSwitches(broker, runtime).list()).has("read-only") ? "on" : "off";
    return await act(broker, flags, {
      does: `read-only ${to}`,
      to: "system",
      plan: { readOnly: to, is },
      planText: is === to ? `Read-only is ${to} already` : `Would turn read-only ${to}; it is ${is}`,
      perform: async () => {
        const reason = { by: operatorOf(flags), why: flags.why ?? "" };
        await switchTo(broker, "read-only", to === "on" ? reason : undefined);
        return { readOnly: to };
      },
      outcomeText: () => `Read-only is ${to}`,
    });
  });
  print(said);
}

async function switchTo(
  broker: Broker,
  name: SwitchName,
  reason: { readonly by: string; readonly why: string } | undefined,
): Promise<void> {
  const board = openSwitches(broker, runtime);
  await (reason === undefined
    ? board.turnOff(name)
    : board.turnOn(name, { ...reason, atMs: runtime.nowMs() }));
}

/** Of an actor's partition alone, where one is named. */
export async function heldOf(broker: Broker, target: Target | undefined): Promise<Held> {
  if (target?.kind === "partition") await expectPartition(broker, target.partition);
  const actor = target?.kind === "actors" && !target.target.startsWith("kind:") ? target.target : undefined;
  return await readHeld(broker, runtime, actor);
}

const switchOf = (target: Exclude<Target, { readonly kind: "actors" }>): SwitchName =>
  target.kind === "partition" ? `partition-${target.partition}` : `projection-${target.projection}`;

function isPaused({ switches, partitions }: Held, target: Target): boolean {
  if (target.kind !== "actors") return switches.has(switchOf(target));
  return partitions.some(({ state: { paused } }) => paused.has(target.target));
}
