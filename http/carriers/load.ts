import { existsSync, readdirSync } from "node:fs";
import { type CarrierAdapter, Misconfigured } from "./adapter.ts";
import type { CarrierApi } from "./client.ts";
import { type Environment, settingOf, type SettingProblem, usable } from "./settings.ts";

/** Every adapter that there is, by name: to add a carrier is to add its folder. */
export async function loadCarriers(
  folder: URL = new URL("./", import.meta.url),
): Promise<ReadonlyMap<string, CarrierAdapter>> {
  const adapters = await Promise.all(foldersWith("adapter.ts", folder).map((name) => load(name, folder)));
  return new Map(adapters.map((adapter) => [adapter.name, adapter]));
}

/** All with the settings that `env` has for them. One whose settings cannot be used proves its messages, but reads none. */
export function configuredCarriers(
  adapters: ReadonlyMap<string, CarrierAdapter>,
  env: Environment,
): {
  readonly adapters: ReadonlyMap<string, CarrierAdapter>;
  readonly problems: readonly SettingProblem[];
} {
  const problems: SettingProblem[] = [], configured = new Map<string, CarrierAdapter>();
  for (const [name, adapter] of adapters) {
    const read = () => adapter.configured?.((setting) => settingOf(env, name, setting)) ?? adapter;
    configured.set(name, usable(name, read, problems) ?? unreading(adapter, problems.at(-1)!.problem));
  }
  return { adapters: configured, problems };
}

function unreading(adapter: CarrierAdapter, problem: string): CarrierAdapter {
  const refuse = () => {
    throw new Misconfigured(problem);
  };
  return { ...adapter, callback: refuse, reply: refuse };
}

/** Every carrier that can be asked, by name: its folder has a `client.ts`. */
export async function loadApis(
  folder: URL = new URL("./", import.meta.url),
): Promise<ReadonlyMap<string, CarrierApi>> {
  const loaded = foldersWith("client.ts", folder).map(async (name) => {
    const { default: api }: { readonly default?: unknown } = await import(
      new URL(`${name}/client.ts`, folder).href
    );
    if (isApi(api)) return [name, api] as const;
    throw new Misconfigured(`Cannot ask carrier ${name}: its client.ts has no client as its default export`);
  });
  return new Map(await Promise.all(loaded));
}

const foldersWith = (file: string, folder: URL) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/${file}`, folder)))
    .map(({ name }) => name).sort();

function isApi(value: unknown): value is CarrierApi {
  if (typeof value !== "object" || value === null) return false;
  const { open, rate, needs } = value as Partial<Record<keyof CarrierApi, unknown>>;
  return typeof open === "function" && typeof rate === "string" && Array.isArray(needs);
}

async function load(name: string, folder: URL): Promise<CarrierAdapter> {
  const { default: adapter }: { readonly default?: unknown } = await import(
    new URL(`${name}/adapter.ts`, folder).href
  );
  if (!isAdapter(adapter)) {
    throw new Misconfigured(
      `Cannot use carrier ${name}: its adapter.ts has no adapter as its default export`,
    );
  }
  if (adapter.name === name) return adapter;
  throw new Misconfigured(
    `Cannot use carrier ${name}: its adapter calls itself ${adapter.name}; folder and name must be the same`,
  );
}

function isAdapter(value: unknown): value is CarrierAdapter {
  if (typeof value !== "object" || value === null) return false;
  const { name, authenticate, callback, reply } = value as Partial<Record<keyof CarrierAdapter, unknown>>;
  return typeof name === "string" &&
    [authenticate, callback, reply].every((part) => typeof part === "function");
}
