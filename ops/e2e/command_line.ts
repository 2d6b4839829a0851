import type { Ran } from "../bench/child.ts";
import type { System } from "./system.ts";

/** Runs `npx waybill …` as a user does in another terminal, beside the system. */
export const waybill = (system: System, ...args: readonly string[]): Promise<Ran> => system.waybill(args);

/** `env`: what the user has set there besides. */
export const waybillWith = (
  env: Readonly<Record<string, string>>,
  system: System,
  ...args: readonly string[]
): Promise<Ran> => system.waybill(args, env);
