import { randomBytes } from "node:crypto";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Scope, scopes } from "../../http/principal.ts";
import { type ApiKeys, openApiKeys } from "../../streams/edge/api_keys.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { version } from "../version.ts";
import { Failure } from "./failure.ts";
import { createdText, keysTable, keyView } from "./keys_text.ts";
import { withBroker } from "./with_broker.ts";

interface CreateFlags {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly channel?: string;
  readonly rate: number | "none";
  readonly json?: boolean;
}
interface JsonFlag {
  readonly json?: boolean;
}

const rateDefault = 1000;
const rateMax = 1_000_000;
const nameCharsMax = 64;

/** `waybill keys create|list|revoke`. */
export function registerKeys(program: Command, print: (text: string) => void = console.log): void {
  const keys = program.command("keys").description("create, list and revoke API keys");
  keys.command("create")
    .description("make a key; its token is shown once and never again")
    .requiredOption("--name <name>", "what the key is for", parseName)
    .requiredOption("--scopes <a,b>", `what it may do: ${scopes.join(", ")}`, parseScopes)
    .option("--channel <channel>", "the only sales channel that it speaks for", parseName)
    .addOption(
      new Option("--rate <n>", `requests a second, or "none" for no limit`).argParser(parseRate)
        .default(rateDefault),
    )
    .option("--json", "print one JSON object")
    .action((flags: CreateFlags) => withKeys(async (held) => print(await create(held, flags))));
  keys.command("list")
    .description("list the keys, newest first, revoked ones too")
    .option("--json", "print a JSON array")
    .action((flags: JsonFlag) => withKeys(async (held) => print(await list(held, flags))));
  keys.command("revoke")
    .description("end a key for good; doing it twice changes nothing")
    .argument("<id>", "the key's id, as list shows it")
    .option("--json", "print one JSON object")
    .action((id: string, flags: JsonFlag) => withKeys(async (held) => print(await revoke(held, id, flags))));
}

async function create(keys: ApiKeys, { name, scopes, channel, rate, json }: CreateFlags): Promise<string> {
  if (channel !== undefined && scopes.includes("operate")) {
    throw new Failure("Cannot make the key: who operates sees every channel; leave out --channel or operate");
  }
  const requestsPerSecondMax = rate === "none" ? null : rate;
  const wanted = { name, scopes, requestsPerSecondMax, ...(channel === undefined ? {} : { channel }) };
  const { key, token } = await keys.create(wanted);
  return json ? JSON.stringify({ ...keyView(key), token }) : createdText(key, token);
}

async function list(keys: ApiKeys, { json }: JsonFlag): Promise<string> {
  const found = await keys.list();
  if (json) return JSON.stringify(found.map(keyView));
  return found.length === 0 ? "No keys yet: make one with waybill keys create" : keysTable(found);
}

async function revoke(keys: ApiKeys, id: string, { json }: JsonFlag): Promise<string> {
  const key = await keys.revoke(id);
  if (key === undefined) throw new Failure(`Cannot revoke key ${id}: there is no such key`);
  return json ? JSON.stringify(keyView(key)) : `Revoked ${key.keyId} (${key.name}) at ${key.revokedAt}`;
}

function withKeys(work: (keys: ApiKeys) => Promise<void>): Promise<void> {
  const runtime = systemRuntime(version);
  return withBroker(
    "waybill keys",
    (broker) => work(openApiKeys({ broker, runtime, secretBytes: randomBytes })),
  );
}

function parseName(text: string): string {
  const name = text.trim();
  if (name !== "" && name.length <= nameCharsMax && !/\p{Cc}/u.test(name)) return name;
  throw new InvalidArgumentError(`It must have 1 to ${nameCharsMax} printable characters.`);
}

function parseScopes(text: string): Scope[] {
  const asked = [...new Set(text.split(",").map((one) => one.trim()).filter((one) => one !== ""))];
  const unknown = asked.filter((one) => !isScope(one));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(`Unknown: ${unknown.join(", ")}. There are: ${scopes.join(", ")}.`);
  }
  if (asked.length === 0) throw new InvalidArgumentError(`Name at least one of: ${scopes.join(", ")}.`);
  return asked.filter(isScope);
}

function isScope(text: string): text is Scope {
  return scopes.some((scope) => scope === text);
}

/** Not `null` for "none": commander takes that for an option without a value. */
function parseRate(text: string): number | "none" {
  if (text === "none") return text;
  const rate = Number(text);
  if (/^\d+$/.test(text) && rate >= 1 && rate <= rateMax) return rate;
  throw new InvalidArgumentError(`It must be a number from 1 to ${rateMax}, or "none".`);
}
