import process from "node:process";
import { Command, CommanderError } from "commander";
import { exitCodeOf, exitCodes, lineOf } from "./cli/failure.ts";
import { lineOfPath } from "./cli/paths.ts";
import { version } from "./version.ts";

type Register = (program: Command) => void;
interface Listed {
  readonly summary: string;
  /**
   * Imported only when the command is asked for: what one command needs must not slow down or burden the others. `start` has none: the
   * launcher takes it before this program is reached.
   */
  readonly load?: () => Promise<Register>;
}

const commands: Readonly<Record<string, Listed>> = {
  start: { summary: "start everything on this machine, until Ctrl-C (npm start)" },
  run: {
    summary: "run parts of the system: edge, host, projector, deliver",
    load: async () => (await import("./run/command.ts")).registerRun,
  },
  keys: {
    summary: "create, list and revoke API keys",
    load: async () => (await import("./cli/keys.ts")).registerKeys,
  },
  secret: {
    summary: "take another WAYBILL_SECRET, where the one of before is lost or known",
    load: async () => (await import("./cli/secret.ts")).registerSecret,
  },
  log: {
    summary: "make the log, and see how it is: partitions, owners, lag",
    load: async () => (await import("./cli/log.ts")).registerLog,
  },
  show: {
    summary: "how an order, SKU, parcel … stands, and how it came to that",
    load: async () => (await import("./cli/show.ts")).registerShow,
  },
  stream: {
    summary: "the log as lines of JSON: export, import",
    load: async () => (await import("./cli/stream.ts")).registerStream,
  },
  "decide-check": {
    summary: "decide what is recorded again, and compare",
    load: async () => (await import("./cli/decide_check.ts")).registerDecideCheck,
  },
  "what-if": {
    summary: "decide what is recorded with other code, and say what changes",
    load: async () => (await import("./cli/what_if.ts")).registerWhatIf,
  },
  pause: {
    summary: "let an actor, a kind of actors or a partition rest",
    load: async () => (await import("./cli/pause.ts")).registerPause,
  },
  resume: {
    summary: "let what was paused go on",
    load: async () => (await import("./cli/pause.ts")).registerResume,
  },
  inspect: {
    summary: "what is paused, stopped or switched on, and what waits",
    load: async () => (await import("./cli/inspect.ts")).registerInspect,
  },
  "read-only": {
    summary: "refuse all changes for a while: on, off",
    load: async () => (await import("./cli/pause.ts")).registerReadOnly,
  },
  verify: {
    summary: "prove the system from its log, and rows against it",
    load: async () => (await import("./cli/verify.ts")).registerVerify,
  },
  "dead-letters": {
    summary: "what could not be done: list, show, retry, drop",
    load: async () => (await import("./cli/dead_letters.ts")).registerDeadLetters,
  },
  doctor: {
    summary: "what is wrong with this setup, and what to do",
    load: async () => (await import("./cli/doctor.ts")).registerDoctor,
  },
  acts: {
    summary: "what operators did to this system, and why",
    load: async () => (await import("./cli/acts.ts")).registerActs,
  },
  backup: {
    summary: "copy the whole log elsewhere while the system runs, and prove the copy",
    load: async () => (await import("./cli/backup.ts")).registerBackup,
  },
  restore: {
    summary: "make a system from a backup, as it was at one point",
    load: async () => (await import("./cli/restore.ts")).registerRestore,
  },
  "erase-person": {
    summary: "forget a person everywhere, keep the books, and prove it",
    load: async () => (await import("./cli/erase_person.ts")).registerErasePerson,
  },
  rebuild: {
    summary: "make a projection's rows again from the log, compare, and swap",
    load: async () => (await import("./cli/rebuild.ts")).registerRebuild,
  },
  rollback: {
    summary: "read the rows again that a rebuild replaced",
    load: async () => (await import("./cli/rollback.ts")).registerRollback,
  },
  carriers: {
    summary: "adapters of carriers: normalize, verify, simulate, replay, unmapped",
    load: async () => (await import("./cli/carriers.ts")).registerCarriers,
  },
  invoices: {
    summary: "invoices and credit notes: verify, export, list, show",
    load: async () => (await import("./cli/invoices.ts")).registerInvoices,
  },
  notifications: {
    summary: "messages to customers that were given up: list and retry them",
    load: async () => (await import("./cli/notifications.ts")).registerNotifications,
  },
  demo: {
    summary: "feed a file of real sales through the system, and report",
    load: async () => (await import("./demo/command.ts")).registerDemo,
  },
  bench: {
    summary: "measure orders a second, beside what one would write instead",
    load: async () => (await import("./bench/command.ts")).registerBench,
  },
  cluster: {
    summary: "start a whole cluster on this machine, and break it with keys",
    load: async () => (await import("./cluster/command.ts")).registerCluster,
  },
  chaos: {
    summary: "a flash sale on a cluster of its own under faults, and an audit",
    load: async () => (await import("./cluster/chaos/command.ts")).registerChaos,
  },
  drill: {
    summary: "break a system of its own, mend it, and tell how long that took",
    load: async () => (await import("./drill/command.ts")).registerDrill,
  },
  simulate: {
    summary: "run the whole system in virtual time, with faults, from a seed",
    load: async () => (await import("./simulation/command.ts")).registerSimulate,
  },
  metrics: {
    summary: "print the catalogue of all metrics",
    load: async () => (await import("./cli/metrics.ts")).registerMetrics,
  },
  schema: {
    summary: "print the AsyncAPI 3.0 document of every command and event",
    load: async () => (await import("./cli/schema.ts")).registerSchema,
  },
};

/** The command line with the one command that was asked for, and the others by name. */
async function programFor(asked: string | undefined): Promise<Command> {
  const program = new Command("waybill")
    .description("The open-source back office of an online shop.")
    .version(version)
    .exitOverride();
  for (const [name, { summary, load }] of Object.entries(commands)) {
    if (name === asked && load) (await load())(program);
    else program.command(name).description(summary);
  }
  return program;
}

/** Runs one command and answers with the code that the process should end with. */
async function main(args: readonly string[]): Promise<number> {
  const asked = args[0] === "help" ? args[1] : args.find((arg) => !arg.startsWith("-"));
  try {
    const program = await programFor(asked);
    if (args.length === 0) program.help();
    await program.parseAsync(args, { from: "user" });
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.misused;
    console.error(lineOfPath(error) ?? lineOf(error));
    if (process.env.WAYBILL_LOG_LEVEL === "debug") console.error(error);
    return exitCodeOf(error);
  }
}

process.exitCode = await main(process.argv.slice(2));
