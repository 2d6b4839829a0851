import process from "node:process";
import { type Command, InvalidArgumentError } from "commander";
import { secretsOf, variableOf } from "../../http/carriers/settings.ts";
import { journeyNames } from "../carriers/journeys.ts";
import { type CallbackProof, type Simulator, startSimulator, wires } from "../carriers/simulator.ts";
import { counted } from "./counted.ts";

interface SimulateFlags {
  readonly port: number;
  readonly host: string;
  readonly seed: number;
  readonly start?: number;
  readonly callbacks?: string;
  readonly parcels: number;
  readonly pace?: number;
  readonly errors: number;
  readonly throttles: number;
  readonly slow: number;
  readonly broken: number;
  readonly duplicates: number;
  readonly disorder: number;
  readonly losses: number;
}

const help = `
Control API, JSON in and out:
  GET  /control                    seed, faults, how often each API was asked
  POST /control/parcels            {"carrier":"ups","journey":"straight"}
  GET  /control/parcels/ups/1Z…    the parcel and its scans
  POST /control/parcels/ups/1Z…/advance   {"steps":1}, or {"steps":"all"}
  PUT  /control/faults             {"errors":1}: from now on
  GET  /control/callbacks          what was sent, and how it was answered
Journeys: ${journeyNames.join(", ")}`;

/** `waybill carriers simulate`: carriers to build against, until Ctrl-C. */
export function registerSimulateCarriers(carriers: Command, print: (text: string) => void): void {
  const share = (text: string) => numberIn(text, 0, 1);
  carriers.command("simulate")
    .description("serve UPS' and DHL's tracking APIs, and send their callbacks")
    .option("--port <n>", "where to listen", (text) => numberIn(text, 0, 65_535), 4100)
    .option("--host <address>", "at which address", "127.0.0.1")
    .option("--seed <n>", "what happens, exactly", (text) => numberIn(text, 0, 2 ** 32), 1)
    .option("--start <time>", "every scan is older (default: now)", moment)
    .option("--callbacks <url>", "the waybill to call: http://127.0.0.1:8080", httpUrl)
    .option("--parcels <n>", "parcels of each carrier to begin with", (text) => numberIn(text, 0, 10_000), 0)
    .option("--pace <s>", "all parcels move on every so many seconds", (text) => numberIn(text, 0.01, 86_400))
    .option("--errors <p>", "answers that are a 503: from 0 to 1", share, 0)
    .option("--throttles <p>", "answers that are a 429", share, 0)
    .option("--slow <p>", "answers that take 30 seconds", share, 0)
    .option("--broken <p>", "answers that end in the middle", share, 0)
    .option("--duplicates <p>", "callbacks that are sent twice", share, 0)
    .option("--disorder <p>", "callbacks that come after later ones", share, 0)
    .option("--losses <p>", "callbacks that are never sent", share, 0)
    .addHelpText("after", help)
    .action(async (flags: SimulateFlags) => await simulate(flags, print));
}

async function simulate(flags: SimulateFlags, print: (text: string) => void): Promise<void> {
  const { port, host, seed, start = Date.now(), callbacks, parcels, pace, ...faults } = flags;
  const proofs = new Map([...wires.keys()].map((carrier) => [carrier, proofOf(carrier)]));
  const { errors, throttles, slow, broken, duplicates, disorder, losses } = faults;
  const simulator = await startSimulator({
    ...{ seed, startMs: start, port, hostname: host, callbackUrl: callbacks, proofs },
    faults: { errors, throttles, slow, broken, duplicates, disorder, losses },
  });
  for (let i = 0; i < parcels; i++) {
    for (const carrier of wires.keys()) simulator.world.create({ carrier });
  }
  for (const line of welcome(simulator, proofs, callbacks)) print(line);
  const ticking = pace === undefined ? undefined : setInterval(() => {
    for (const parcel of simulator.world.all()) simulator.advance(parcel, 1);
  }, pace * 1000);
  await stopped();
  clearInterval(ticking);
  await simulator.stop();
}

/** As the waybill that is called has it; one that is not configured gets a secret to configure. */
function proofOf(carrier: string): CallbackProof {
  const { secrets, header } = secretsOf(process.env, carrier);
  return { secret: secrets.at(-1) ?? `simulated-${carrier}-token`, ...(header !== undefined && { header }) };
}

/** What to set so that a waybill works with it. */
function welcome(
  { url, world }: Simulator,
  proofs: ReadonlyMap<string, CallbackProof>,
  callbacks: string | undefined,
): string[] {
  const settings = [...wires.values()].flatMap(({ name, credentials }) => {
    const lines = [`${variableOf(name, "API_URL")}=${url}/${name}`];
    for (const [setting, value] of Object.entries(credentials)) {
      lines.push(`${variableOf(name, setting)}=${value}`);
    }
    if (!secretsOf(process.env, name).secrets.length) {
      lines.push(`${variableOf(name, "SECRET")}=${proofs.get(name)!.secret}`);
    }
    return lines;
  });
  return [
    `Carriers are simulated at ${url} (${counted(world.size, "parcel")})`,
    callbacks === undefined ? "Nobody is called back: give --callbacks" : `Callbacks go to ${callbacks}`,
    "Start a waybill with:",
    ...settings.map((line) => `  export ${line}`),
    `Drive it at ${url}/control; Ctrl-C ends it`,
  ];
}

function stopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

function numberIn(text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
}

function moment(text: string): number {
  const atMs = Date.parse(text);
  if (!Number.isNaN(atMs)) return atMs;
  throw new InvalidArgumentError("It must be a time such as 2026-11-22T08:00:00Z.");
}

function httpUrl(text: string): string {
  if (/^https?:/.test(text) && URL.canParse(text)) return text.replace(/\/+$/, "");
  throw new InvalidArgumentError("It must be a URL such as http://127.0.0.1:8080.");
}
