import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { AnyActor } from "../../actors/actor.ts";
import { exitCodes, Failure } from "../cli/failure.ts";
import { expectFolder } from "../cli/paths.ts";

const callable = z.custom<(...all: never[]) => unknown>((value) => typeof value === "function");
const actor = z.object({
  kind: z.string(),
  initial: callable,
  evolve: callable,
  decide: callable,
  answer: callable,
});
const registry = z.object({ actorsByKind: z.record(z.string(), actor) });

export type Actors = { readonly [kind: string]: AnyActor };

/** The actors of another checkout of this project, with whatever its `npm install` gave it. */
export async function actorsIn(folder: string): Promise<Actors> {
  expectFolder("use other code", folder);
  const path = join(resolve(folder), "actors", "registry.ts");
  if (!existsSync(path)) {
    throw new Failure(`Cannot use the code in ${folder}: it has no actors/registry.ts`, {
      exitCode: exitCodes.misused,
    });
  }
  const module: unknown = await imported(path, folder), read = registry.safeParse(module);
  if (!read.success) {
    throw new Failure(`Cannot use the code in ${folder}: actors/registry.ts exports no actorsByKind`);
  }
  // Its shape has been looked at; that its types fit is for its own compiler to say.
  return (module as { readonly actorsByKind: Actors }).actorsByKind;
}

async function imported(path: string, folder: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(`Cannot load the code in ${folder} (is it installed, with npm ci?): ${why}`, {
      cause: error,
    });
  }
}
