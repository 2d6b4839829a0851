import type { z } from "@hono/zod-openapi";
import type { FieldError } from "../problems.ts";
import type { Parsed } from "../body.ts";

/** RFC 6901. */
export function pointerOf(path: readonly PropertyKey[], prefix = ""): string {
  return path.reduce<string>(
    (pointer, step) => `${pointer}/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`,
    prefix,
  );
}

/** How many members a collection may have, by the member of the body that holds it. */
export type Caps = { readonly [member: string]: number };

/**
 * Validates a body and names every wrong field. Collections are cut to their caps before the schema sees them: checking 300,000 lines
 * only to refuse them would let one request hold up all others. `cross` adds what one field alone cannot tell; it must not throw on
 * values that the schema refuses.
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  { caps = {}, cross, prefix }: {
    caps?: Caps;
    cross?: (value: unknown) => readonly FieldError[];
    prefix?: string;
  } = {},
): Parsed<z.output<Schema>> {
  const cut = cutToCaps(value, caps);
  const parsed = schema.safeParse(cut.value);
  const crossed = cross?.(cut.value) ?? [];
  if (parsed.success && cut.errors.length === 0 && crossed.length === 0) {
    return { ok: true, value: parsed.data };
  }
  const errors = parsed.success
    ? []
    : parsed.error.issues.map((issue) => fieldError(issue, cut.value, prefix));
  return {
    ok: false,
    refusal: invalid([...cut.errors, ...errors, ...crossed]),
  };
}

export function invalid(errors: readonly FieldError[]) {
  const fields = errors.length === 1 ? "one field is wrong" : `${errors.length} fields are wrong`;
  return { problem: "invalid-request", detail: `Cannot accept request: ${fields}`, errors } as const;
}

function fieldError(issue: z.core.$ZodIssue, value: unknown, prefix?: string): FieldError {
  const missing = issue.code === "invalid_type" && issue.path.length > 0 &&
    at(value, issue.path) === undefined;
  return { pointer: pointerOf(issue.path, prefix), detail: missing ? "is required" : detailOf(issue) };
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (held, step) => typeof held === "object" && held !== null ? Reflect.get(held, step) : undefined,
    value,
  );
}

function detailOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  return issue.message.replace(/^Invalid input: expected/, "must be").replace(/, received (.+)$/, ", not $1");
}

function cutToCaps(value: unknown, caps: Caps): { value: unknown; errors: readonly FieldError[] } {
  if (!isRecord(value)) return { value, errors: [] };
  let cut = value;
  const errors: FieldError[] = [];
  for (const [member, countMax] of Object.entries(caps)) {
    const held = value[member];
    const count = Array.isArray(held) ? held.length : isRecord(held) ? Object.keys(held).length : 0;
    if (count <= countMax) continue;
    const kept = Array.isArray(held) ? held.slice(0, countMax) : {};
    cut = { ...cut, [member]: kept };
    errors.push({ pointer: `/${member}`, detail: `must have at most ${countMax} members, not ${count}` });
  }
  return { value: cut, errors };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
