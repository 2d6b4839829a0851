import { Buffer } from "node:buffer";
import type { Command } from "commander";
import { markOf, notedMark, noteMark } from "../../streams/operations/secret_mark.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { version } from "../version.ts";
import { act, type ActFlags, withActFlags } from "./act.ts";
import { exitCodes, Failure } from "./failure.ts";
import { ownConfig } from "./find_system.ts";
import { withBroker } from "./with_broker.ts";

/** `waybill secret change`. */
export function registerSecret(program: Command, print: (text: string) => void = console.log): void {
  const secret = program.command("secret").description("which WAYBILL_SECRET the log was made with");
  withActFlags(secret.command("change"))
    .description(
      "take the WAYBILL_SECRET of this environment from now on, because the one of before is lost or known",
    )
    .addHelpText("after", help)
    .action(async (flags: ActFlags) => print(await change(flags)));
}

const costs = [
  "requests of before that are sent again are answered 422, because their fingerprints are of the old secret",
  "webhooks cannot be signed until each endpoint has a new secret (POST /v1/webhook-endpoints/{id}/rotate)",
  "`invoices verify` cannot prove who the buyers of former invoices are",
  "operators sign in to the console again",
];
const help = `\nWhat it costs:\n${costs.map((one) => `- ${one}`).join("\n")}
Edges and deliver run with the old one until they are started again, with the new one.`;

async function change(flags: ActFlags): Promise<string> {
  const { secret } = ownConfig(), runtime = systemRuntime(version);
  if (secret === undefined) {
    throw new Failure("Cannot change the secret: WAYBILL_SECRET is not set here", {
      exitCode: exitCodes.misused,
    });
  }
  return await withBroker("waybill secret", async (broker) => {
    const mark = markOf(Buffer.from(secret)), noted = await notedMark(broker, runtime);
    if (noted === mark) return "This WAYBILL_SECRET is the log's already";
    return await act(broker, flags, {
      does: "secret change",
      to: "system",
      plan: { first: noted === undefined, costs },
      planText: `Would take this WAYBILL_SECRET for the log's. From then on\n${
        costs.map((one) => `- ${one}`).join("\n")
      }`,
      perform: async () => {
        await noteMark(broker, runtime, mark, { onlyFirst: false });
        return {};
      },
      outcomeText: () => "This WAYBILL_SECRET is the log's; start edges and deliver with it",
    });
  });
}
