import { existsSync, readdirSync } from "node:fs";
import { type CarrierAdapter, Misconfigured } from "./adapter.ts";
import { type Environment, settingOf } from "./settings.ts";

/** Every adapter that there is, by name: to add a carrier is to add its folder. Those that take settings have theirs of `env`. */
export async function loadCarriers(
  env: Environment = {},
  folder: URL = new URL("./", import.meta.url),
): Promise<ReadonlyMap<string, CarrierAdapter>> {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/adapter.ts`, folder)))
    .map(({ name }) => name).sort();
  const adapters = await Promise.all(names.map((name) => load(name, folder)));
  const configured = adapters.map((adapter) =>
    adapter.configured?.((setting) => settingOf(env, adapter.name, setting)) ?? adapter
  );
  return new Map(configured.map((adapter) => [adapter.name, adapter]));
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
