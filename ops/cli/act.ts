import type { Command } from "commander";
import { hostname, userInfo } from "node:os";
import process from "node:process";
import type { Json } from "../../actors/actor.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { recorded } from "../../streams/operations/acts.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { version } from "../version.ts";
import { exitCodes, Failure } from "./failure.ts";
import { ownConfig } from "./find_system.ts";

export interface ActFlags {
  readonly yes?: boolean;
  readonly why?: string;
  readonly by?: string;
  readonly json?: boolean;
}

/** What every command takes that changes something: without `--yes` it only says what it would do. */
export function withActFlags(command: Command): Command {
  return command
    .option("--yes", "do it; without this, only say what would be done")
    .option("--why <reason>", "why; recorded beside who did what, and needed with --yes")
    .option("--by <name>", "who does it, when not WAYBILL_OPERATOR or the user of this machine")
    .option("--json", "print one JSON object");
}

/** What a command takes that acts at once; why is the operator's to say. */
export function withRecordFlags(command: Command): Command {
  return command
    .option("--why <reason>", "why; recorded beside who did what")
    .option("--by <name>", "who does it, when not WAYBILL_OPERATOR or the user of this machine");
}

/** Does at once, and records, what scripts do many times a day. What the work answers with is recorded, too: no secret. */
export function actAtOnce<Outcome extends Json>(
  broker: Broker,
  flags: Pick<ActFlags, "why" | "by">,
  { does, to, details, perform }: AtOnce<Outcome>,
): Promise<Outcome> {
  const act = { by: operatorOf(flags), why: flags.why?.trim() ?? "", does, to, details };
  return recorded(broker, systemRuntime(version), { act, work: perform });
}
export interface AtOnce<Outcome extends Json>
  extends Pick<Planned<Json, Outcome>, "does" | "to" | "perform"> {
  readonly details: Json;
}

/** What a command would do, before it is done. */
export interface Planned<Plan extends Json, Outcome extends Json> {
  /** As the command line says it: `pause`. */
  readonly does: string;
  readonly to: string;
  readonly plan: Plan;
  /** The same in words. */
  readonly planText: string;
  readonly perform: () => Promise<Outcome>;
  readonly outcomeText: (outcome: Outcome) => string;
}

/**
 * Says what would be done or, with `--yes`, does it and records who did and why. With `--json`: `{dryRun: true, plan}` or
 * `{dryRun: false, plan, outcome}`. Answers with what is to be printed.
 */
export async function act<Plan extends Json, Outcome extends Json>(
  broker: Broker,
  flags: ActFlags,
  { does, to, plan, planText, perform, outcomeText }: Planned<Plan, Outcome>,
): Promise<string> {
  const { yes, why, json } = flags;
  if (yes !== true) {
    return json
      ? JSON.stringify({ dryRun: true, plan })
      : `${planText}\nNothing was changed: --yes --why "…" does it`;
  }
  const outcome = await recorded(broker, systemRuntime(version), {
    act: { by: operatorOf(flags), why: reasonOf(does, why), does, to, details: plan },
    work: perform,
  });
  return json ? JSON.stringify({ dryRun: false, plan, outcome }) : outcomeText(outcome);
}

/** Refuses at once what would only be refused after long work. */
export function expectReason(does: string, { yes, why }: ActFlags): void {
  if (yes === true) reasonOf(does, why);
}

function reasonOf(does: string, why: string | undefined): string {
  const reason = why?.trim() ?? "";
  if (reason !== "") return reason;
  throw new Failure(`Cannot ${does}: say why, with --why "…"`, { exitCode: exitCodes.misused });
}

/** Who acts: as said, else as the environment says, else the user of this machine. */
export function operatorOf({ by }: Pick<ActFlags, "by">, env = process.env): string {
  const named = by?.trim() || ownConfig(env).operator;
  return named ?? `${userInfo().username}@${hostname()}`;
}
