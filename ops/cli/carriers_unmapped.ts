import process from "node:process";
import type { Command } from "commander";
import { configuredCarriers, loadCarriers } from "../../http/carriers/load.ts";
import { type UnmappedCode, UnmappedCodes } from "../../http/carriers/unmapped.ts";
import { storedCallbacks } from "../../streams/callbacks/stored_callbacks.ts";
import { adapterNamed, minuteOf, since } from "./carriers_shared.ts";
import { exitCodes, Failure } from "./failure.ts";
import { withBroker } from "./with_broker.ts";
import { counted } from "./counted.ts";

interface UnmappedFlags {
  readonly carrier?: string;
  readonly since?: number;
  readonly json?: boolean;
}

/** `waybill carriers unmapped`: codes of stored messages that no table has. */
export function registerUnmapped(carriers: Command, print: (text: string) => void): void {
  carriers.command("unmapped")
    .description("list the codes that stand in no table of today")
    .option("--carrier <name>", "of this carrier only")
    .option("--since <time>", "from then on, or for so long: 3day, 12h (default: all)", since)
    .option("--json", "print one line of JSON for each code")
    .action(async (flags: UnmappedFlags) => await unmapped(flags, print));
}

async function unmapped(
  { carrier, since = 0, json }: UnmappedFlags,
  print: (text: string) => void,
): Promise<void> {
  const { adapters, problems } = configuredCarriers(await loadCarriers(), process.env);
  if (carrier !== undefined) await adapterNamed(carrier);
  else if (problems[0]) throw new Failure(problems[0].problem, { exitCode: exitCodes.misused });
  const codes = new UnmappedCodes(adapters);
  await withBroker("waybill carriers unmapped", async (broker) => {
    for await (const callback of storedCallbacks(broker, { sinceMs: since })) {
      if (carrier === undefined || callback.carrier === carrier) codes.add(callback);
    }
  });
  const all = codes.list();
  for (const code of all) for (const line of json ? [jsonOf(code)] : linesOf(code)) print(line);
  if (all.length === 0 && !json) print("Every code stands in a table");
}

function jsonOf({ firstMs, lastMs, ...code }: UnmappedCode): string {
  return JSON.stringify({
    ...code,
    first: new Date(firstMs).toISOString(),
    last: new Date(lastMs).toISOString(),
  });
}

const wordsMax = 50;
const linesOf = ({ carrier, code, count, firstMs, lastMs, trackingNumber, description }: UnmappedCode) => [
  `${carrier} ${code}: ${counted(count, "time")}, ${minuteOf(firstMs)} to ${minuteOf(lastMs)}`,
  `  ${trackingNumber}${description === "" ? "" : `: ${description.slice(0, wordsMax)}`}`,
];
