import type { Json } from "../../actors/actor.ts";

/** A state as it is held in memory, made JSON with its own names: maps become objects, amounts strings. For people to read. */
export function plain(state: unknown): Json {
  const text = JSON.stringify(state, (_, value: unknown) => {
    if (typeof value === "bigint") return String(value);
    if (value instanceof Map) return Object.fromEntries(value);
    if (value instanceof Set) return [...value];
    return value;
  });
  return text === undefined ? null : JSON.parse(text) as Json;
}

/** What is different in the second value. `path` is a JSON pointer; a side is absent where there was nothing. */
export interface Change {
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

/** The smallest parts that differ, in the order of the later value; what was added or removed whole is one change. */
export function changesBetween(
  before: Json | undefined,
  after: Json | undefined,
  path = "",
): readonly Change[] {
  if (before === undefined || after === undefined || !nested(before) || !nested(after)) {
    if (before === after) return [];
    return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
  }
  if (Array.isArray(before) !== Array.isArray(after)) return [{ path, before, after }];
  const earlier = before as { readonly [key: string]: Json },
    later = after as { readonly [key: string]: Json };
  const keys = new Set([...Object.keys(later), ...Object.keys(earlier)]);
  return [...keys].flatMap((key) =>
    changesBetween(own(earlier, key), own(later, key), `${path}/${escaped(key)}`)
  );
}

const nested = (value: Json) => typeof value === "object" && value !== null;
const own = (value: { readonly [key: string]: Json }, key: string) =>
  Object.hasOwn(value, key) ? value[key] : undefined;
const escaped = (key: string) => key.replaceAll("~", "~0").replaceAll("/", "~1");
