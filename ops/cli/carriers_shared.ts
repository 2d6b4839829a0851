import process from "node:process";
import { InvalidArgumentError } from "commander";
import { type CarrierAdapter, Misconfigured } from "../../http/carriers/adapter.ts";
import { configuredCarriers, loadCarriers } from "../../http/carriers/load.ts";
import { readDuration } from "../../http/polling/rate.ts";
import { exitCodes, Failure } from "./failure.ts";

export async function adapterNamed(name: string): Promise<CarrierAdapter> {
  const { adapters, problems } = configuredCarriers(await loadCarriers(), process.env);
  const adapter = adapters.get(name), wrong = problems.find(({ carrier }) => carrier === name);
  if (wrong) throw new Failure(wrong.problem, { exitCode: exitCodes.misused });
  if (adapter) return adapter;
  throw new Failure(`Cannot find carrier ${name}: there are ${[...adapters.keys()].join(", ")}`, {
    exitCode: exitCodes.misused,
  });
}

export async function misused<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Misconfigured)) throw error;
    throw new Failure(error.message, { exitCode: exitCodes.misused, cause: error });
  }
}

/** A flag that names a moment, or how long ago it was; in milliseconds since 1970. */
export function since(text: string): number {
  const atMs = Date.parse(text);
  if (!Number.isNaN(atMs)) return atMs;
  if (/^\d+(s|min|h|day)$/.test(text)) return Date.now() - readDuration(text, "--since");
  throw new InvalidArgumentError(
    "It must be a time such as 2026-11-20T00:00:00Z, or how long ago: 3day, 12h, 30min.",
  );
}

/** `2026-11-20 08:15`, in UTC. */
export const minuteOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
