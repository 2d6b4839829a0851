import { readFileSync } from "node:fs";
import process from "node:process";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type CarrierAdapter, type NormalParcel, Unreadable } from "../../http/carriers/adapter.ts";
import { registerReplay } from "./carriers_replay.ts";
import { adapterNamed, misused } from "./carriers_shared.ts";
import { registerSimulateCarriers } from "./carriers_simulate.ts";
import { registerUnmapped } from "./carriers_unmapped.ts";
import { headerFlag, verify, type VerifyFlags } from "./carriers_verify.ts";
import { exitCodes, Failure } from "./failure.ts";
import { whyNot } from "./paths.ts";

const kinds = ["callback", "reply"] as const;
type Kind = (typeof kinds)[number];

interface NormalizeFlags {
  readonly carrier: string;
  readonly kind: Kind;
}

/** `waybill carriers …`: adapters and carriers, most of it without any system running. */
export function registerCarriers(program: Command, print: (text: string) => void = console.log): void {
  const carriers = program.command("carriers").description("try what carriers send on their adapters");
  carriers.command("normalize")
    .description("print what a message says: one line of JSON for each parcel")
    .argument("<file>", "the body as it came; - for standard input")
    .requiredOption("--carrier <name>", "whose message it is")
    .addOption(
      new Option("--kind <kind>", "what it is: what the carrier sent, or what it answered").choices(kinds)
        .default("callback"),
    )
    .action(async (file: string, flags: NormalizeFlags) => {
      const adapter = await adapterNamed(flags.carrier);
      for (const parcel of normalize(adapter, flags.kind, await bodyOf(file))) print(lineOfParcel(parcel));
    });
  carriers.command("verify")
    .description("tell whether a callback is proven to be the carrier's (exit code 0) or not (1)")
    .argument("<file>", "the body as it came, to the byte; - for standard input")
    .requiredOption("--carrier <name>", "whose callback it is")
    .option("--secret <secret>", "may be given twice, or be @file; else of the environment", gathered)
    .option("--header <line>", "a header that came with it: 'Name: value'; may be repeated", headerFlag)
    .option("--token-header <name>", "the header of the token, where the subscriber chooses it")
    .option("--url <url>", "the URL that was called, for its ?token=")
    .option("--token <token>", "the ?token= of the URL that was called")
    .option("--now <seconds>", "when it came, in seconds since 1970 (default: now)", seconds)
    .action(async (file: string, flags: VerifyFlags) => {
      const adapter = await adapterNamed(flags.carrier);
      print(await misused(() => verify(adapter, flags, () => bodyOf(file))));
    });
  registerReplay(carriers, print);
  registerUnmapped(carriers, print);
  registerSimulateCarriers(carriers, print);
}

/** Nothing is guessed: whoever says `--kind` wrongly learns it. */
export function normalize(adapter: CarrierAdapter, kind: Kind, body: Uint8Array): readonly NormalParcel[] {
  try {
    return adapter[kind](body);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const other = kind === "callback" ? "reply" : "callback";
    const hint = reads(adapter, other, body) ? `; it can be read with --kind ${other}` : "";
    throw new Failure(
      `Cannot read this body as a ${kind} of ${adapter.name}: ${
        error.message || "it is something else"
      }${hint}`,
    );
  }
}

function reads(adapter: CarrierAdapter, kind: Kind, body: Uint8Array): boolean {
  try {
    adapter[kind](body);
    return true;
  } catch (error) {
    if (error instanceof Unreadable) return false;
    throw error;
  }
}

/** The order of the fields is part of what is promised. */
export function lineOfParcel(parcel: NormalParcel): string {
  const { trackingNumber, carrier, status, subStatus, estimatedDelivery, events, disagrees, unmapped } =
    parcel;
  const inOrder = {
    trackingNumber,
    carrier,
    status,
    subStatus,
    estimatedDelivery,
    events,
    disagrees,
    unmapped,
  };
  return JSON.stringify(inOrder);
}

async function bodyOf(file: string): Promise<Uint8Array> {
  if (file === "-") {
    const chunks: Uint8Array[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
    return new Uint8Array(Buffer.concat(chunks));
  }
  try {
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    throw new Failure(`Cannot read ${file}: ${whyNot(error)}`, { exitCode: exitCodes.misused, cause: error });
  }
}

const gathered = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];

function seconds(text: string): number {
  if (/^\d{1,12}(\.\d{1,9})?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a number of seconds since 1970.");
}
