import { readFileSync } from "node:fs";
import { Failure } from "../cli/failure.ts";
import { findSystem } from "../cli/find_system.ts";
import { type Config, type Environment, readConfig } from "../config.ts";
import { reasonOf, type Setup } from "./finding.ts";

/** Looks at the environment alone; what is wrong there is left out, so that everything else can be looked at all the same. */
export function setupOf(env: Environment, readText = (path: string) => readFileSync(path, "utf8")): Setup {
  const { config, problems } = configOf(env, readText);
  try {
    return { env, config, problems, system: findSystem(config) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { env, config, problems, notFound: reasonOf(error) };
  }
}

function configOf(
  env: Environment,
  readText: (path: string) => string,
): { readonly config: Config; readonly problems: readonly string[] } {
  const problems: string[] = [];
  for (let rest = env;;) {
    const read = readConfig(rest, readText);
    if (read.ok) return { config: read.config, problems };
    problems.push(...read.problems);
    const named = Object.keys(rest).filter((name) =>
      read.problems.some((problem) => mentions(problem, name))
    );
    // Whatever a problem is about, with no variable at all there is none.
    rest = named.length === 0 ? {} : Object.fromEntries(
      Object.entries(rest).filter(([name]) => !named.includes(name)),
    );
  }
}

const mentions = (problem: string, name: string) => problem.split(/[^A-Z0-9_]+/).includes(name);
