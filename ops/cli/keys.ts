import { randomBytes } from "node:crypto";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Scope, scopes } from "../../http/principal.ts";
import { type ApiKeys, openApiKeys } from "../../streams/edge/api_keys.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { version } from "../version.ts";
import { actAtOnce, type ActFlags, withRecordFlags } from "./act.ts";
import { Failure } from "./failure.ts";
import { createdText, keysTable, keyView } from "./keys_text.ts";
import { withBroker } from "./with_broker.ts";

type RecordFlags = Pick<ActFlags, "why" | "by">;
interface CreateFlags extends RecordFlags {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly channel?: string;
  readonly rate: number | "none";
  readonly json?: boolean;
}
interface JsonFlag {
  readonly json?: boolean;
}
interface Held {
  readonly keys: ApiKeys;
  readonly broker: Broker;
}

const rateDefault = 1000;
const rateMax = 1_000_000;
const nameCharsMax = 64;

/** `waybill keys create|list|revoke`. */
export function registerKeys(program: Command, print: (text: string) => void = console.log): void {
  const keys = program.command("keys").description("create, list and revoke API keys");
  const creating = keys.command("create")
    .description("make a key at once; its token is shown once and never again; recorded (waybill acts)")
    .requiredOption("--name <name>", "what the key is for", parseName)
    .requiredOption("--scopes <a,b>", `what it may do: ${scopes.join(", ")}`, parseScopes)
    .option("--channel <channel>", "the only sales channel that it speaks for", parseName)
    .addOption(
      new Option("--rate <n>", `requests a second, or "none" for no limit`).argParser(parseRate)
        .default(rateDefault),
    )
    .option("--json", "print one JSON object");
  withRecordFlags(creating)
    .action((flags: CreateFlags) => withKeys(async (held) => print(await create(held, flags))));
  keys.command("list")
    .description("list the keys, newest first, revoked ones too")
    .option("--json", "print a JSON array")
    .action((flags: JsonFlag) => withKeys(async (held) => print(await list(held, flags))));
  const revoking = keys.command("revoke")
    .description("end a key for good, at once; doing it twice changes nothing; recorded (waybill acts)")
    .argument("<id>", "the key's id, as list shows it")
    .option("--json", "print one JSON object");
  withRecordFlags(revoking).action((id: string, flags: JsonFlag & RecordFlags) =>
    withKeys(async (held) => print(await revoke(held, id, flags)))
  );
}

async function create(
  { keys, broker }: Held,
  { name, scopes, channel, rate, json, ...flags }: CreateFlags,
): Promise<string> {
  if (channel !== undefined && scopes.includes("operate")) {
    throw new Failure("Cannot make the key: who operates sees every channel; leave out --channel or operate");
  }
  const requestsPerSecondMax = rate === "none" ? null : rate;
  const wanted = { name, scopes, requestsPerSecondMax, ...(channel === undefined ? {} : { channel }) };
  let token = ""; // Shown once, and not recorded.
  const key = await actAtOnce(broker, flags, {
    ...{ does: "keys create", to: name, details: { ...wanted, scopes: [...scopes] } },
    perform: async () => {
      const made = await keys.create(wanted);
      token = made.token;
      return keyView(made.key);
    },
  });
  return json ? JSON.stringify({ ...key, token }) : createdText(key, token);
}

async function list({ keys }: Held, { json }: JsonFlag): Promise<string> {
  const found = await keys.list();
  if (json) return JSON.stringify(found.map(keyView));
  return found.length === 0 ? "No keys yet: make one with waybill keys create" : keysTable(found);
}

async function revoke(
  { keys, broker }: Held,
  id: string,
  { json, ...flags }: JsonFlag & RecordFlags,
): Promise<string> {
  const there = (await keys.list()).find(({ keyId }) => keyId === id);
  if (there === undefined) throw new Failure(`Cannot revoke key ${id}: there is no such key`);
  const key = await actAtOnce(broker, flags, {
    ...{ does: "keys revoke", to: id, details: { name: there.name } },
    perform: async () => keyView(await keys.revoke(id) ?? there),
  });
  return json ? JSON.stringify(key) : `Revoked ${key.keyId} (${key.name}) at ${key.revokedAt}`;
}

function withKeys(work: (held: Held) => Promise<void>): Promise<void> {
  const runtime = systemRuntime(version);
  return withBroker(
    "waybill keys",
    (broker) => work({ broker, keys: openApiKeys({ broker, runtime, secretBytes: randomBytes }) }),
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
