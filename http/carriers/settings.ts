import { readFileSync } from "node:fs";
import { Misconfigured } from "./adapter.ts";
import type { CarrierSecrets } from "./authentication/authenticate.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The old one and the new one. */
const secretsMax = 2;
const headerName = /^[\w!#$%&'*+.^`|~-]{1,100}$/;

/** `WAYBILL_CARRIER_DHL_EXPRESS_SECRET`. */
export const variableOf = (carrier: string, setting: string): string =>
  `WAYBILL_CARRIER_${carrier.toUpperCase().replaceAll("-", "_")}_${setting}`;

/** A setting of one carrier; `@path` stands for what is in that file. Undefined when it is not set. */
export function settingOf(env: Environment, carrier: string, setting: string): string | undefined {
  const name = variableOf(carrier, setting), value = env[name]?.trim();
  if (value === undefined || value === "") return undefined;
  return value.startsWith("@") ? contentOf(value, name) : value;
}

/** How the callbacks of a carrier prove themselves. No secrets: nothing is configured, and every callback is refused. */
export function secretsOf(env: Environment, carrier: string): CarrierSecrets {
  const name = variableOf(carrier, "SECRET"), secrets = readSecrets(env[name] ?? "", name);
  const header = settingOf(env, carrier, "HEADER");
  if (header === undefined) return { secrets };
  return { secrets, header: readHeader(header, variableOf(carrier, "HEADER")) };
}

/** Something in the environment that cannot be used: it stops the carrier that it is about, and nothing else. */
export interface SettingProblem {
  /** Absent for a variable that is about no carrier. */
  readonly carrier?: string;
  /** What is wrong, and what to write instead; nothing that is secret. */
  readonly problem: string;
}

/** The secrets of all carriers, and what is wrong with the others': a name that is no carrier's is a slip, not a wish. */
export function secretsOfAll(
  env: Environment,
  carriers: readonly string[],
): { readonly secrets: ReadonlyMap<string, CarrierSecrets>; readonly problems: readonly SettingProblem[] } {
  const problems: SettingProblem[] = [], secrets = new Map<string, CarrierSecrets>();
  const known = new Set(carriers.flatMap((one) => [variableOf(one, "SECRET"), variableOf(one, "HEADER")]));
  for (const [name, value] of Object.entries(env)) {
    if (!/^WAYBILL_CARRIER_.*_(SECRET|HEADER)$/.test(name) || !value || known.has(name)) continue;
    problems.push({
      problem: `${name} is set, but there is no such carrier; there are: ${carriers.join(", ")}`,
    });
  }
  for (const carrier of carriers) {
    const one = usable(carrier, () => secretsOf(env, carrier), problems);
    if (one) secrets.set(carrier, one);
  }
  return { secrets, problems };
}

/** What `read` makes of a carrier's settings; undefined when they cannot be used, which is then among the problems. */
export function usable<T>(carrier: string, read: () => T, problems: SettingProblem[]): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Misconfigured)) throw error;
    problems.push({ carrier, problem: error.message });
    return undefined;
  }
}

/** Secrets as an operator writes them: one, or two separated by a comma, each itself, as JSON (a JWKS) or as `@file`. */
export function readSecrets(value: string, name: string): readonly string[] {
  const secrets = separated(value, name).flatMap((one) =>
    one.startsWith("@") ? separated(contentOf(one, name), name) : [one]
  );
  if (secrets.length <= secretsMax) return secrets;
  throw new Misconfigured(
    `Cannot use ${name}: it has ${secrets.length} secrets, and two are enough to change one for another. ` +
      `A comma always separates secrets; one that contains a comma cannot be used`,
  );
}

export function readHeader(value: string, name: string): string {
  if (headerName.test(value)) return value.toLowerCase();
  throw new Misconfigured(`Cannot use ${name}: it must be the name of a header alone, as in X-Carrier-Token`);
}

function separated(value: string, name: string): readonly string[] {
  const text = value.trim();
  if (text === "") return [];
  const objects = text.startsWith("{") || text.startsWith("[") ? jsonObjects(text) : undefined;
  if (objects) return objects;
  const parts = text.split(",").map((part) => part.trim());
  if (!parts.includes("")) return parts;
  throw new Misconfigured(`Cannot use ${name}: nothing stands before or after a comma`);
}

/** JSON has commas of its own. */
function jsonObjects(text: string): readonly string[] | undefined {
  try {
    const objects: unknown = JSON.parse(`[${text}]`);
    if (!Array.isArray(objects) || objects.some((one) => typeof one !== "object" || one === null)) return;
    return objects.map((one) => JSON.stringify(one));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function contentOf(reference: string, name: string): string {
  const path = reference.slice(1);
  try {
    const content = readFileSync(path, "utf8").trim();
    if (content !== "") return content;
  } catch (error) {
    throw new Misconfigured(`Cannot use ${name}: ${path} cannot be read (${whyOf(error)})`);
  }
  throw new Misconfigured(`Cannot use ${name}: ${path} is empty`);
}

/** Deno says `NotCapable` of a file that was not there when the process started. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "NotCapable") return "not there, or this process may not read it";
  return "code" in error && error.code === "ENOENT" ? "there is no such file" : error.message;
}
