import { z } from "@hono/zod-openapi";
import { type ProblemName, problems } from "../problems.ts";
import { problemAnswer } from "../schemas/answers.ts";

/** Pieces that the descriptions of the calls share. */

interface Answered {
  readonly description: string;
  readonly content?: Record<string, { schema: z.ZodType }>;
  readonly headers?: z.ZodObject;
}

const yes = z.literal("true").optional();
const changeHeaders = z.object({
  "Waybill-Position": z.string().optional().openapi({
    description: "Send it with a GET to read what this change did.",
  }),
  "Idempotent-Replayed": yes.openapi({ description: "This had been decided before." }),
});
const readHeaders = z.object({
  "ETag": z.string(),
  "Waybill-Stale": yes.openapi({
    description: "The readers had not reached the wanted position in time.",
  }),
});

export function jsonBody(schema: z.ZodType) {
  return { required: true, content: { "application/json": { schema } } };
}

export function changed(description: string, schema: z.ZodType): Answered {
  return { description, content: { "application/json": { schema } }, headers: changeHeaders };
}

export function accepted(description: string, schema: z.ZodType): Answered {
  return {
    description,
    content: { "application/json": { schema } },
    headers: z.object({ Location: z.string().optional() }),
  };
}

export function read(description: string, schema: z.ZodType): Answered {
  return { description, content: { "application/json": { schema } }, headers: readHeaders };
}

export const notModified: Answered = { description: "The caller has it already." };

/** The problems a call can answer with, one entry a status. */
export function refusals(...names: readonly ProblemName[]): Record<number, Answered> {
  const byStatus = new Map<number, ProblemName[]>();
  for (const name of names) {
    const { status } = problems[name];
    byStatus.set(status, [...byStatus.get(status) ?? [], name]);
  }
  return Object.fromEntries([...byStatus].map(([status, of]) => [status, problemResponse(status, of)]));
}

function problemResponse(status: number, names: readonly ProblemName[]): Answered {
  const retry = status === 429 || status === 503;
  return {
    description: names.map((name) => `[\`${name}\`](/problems/${name}): ${problems[name].title}.`).join(" "),
    content: { "application/problem+json": { schema: problemAnswer } },
    ...(retry ? { headers: z.object({ "Retry-After": z.int() }) } : {}),
  };
}

/** What every call with a key can answer. */
export const always = ["unauthorized", "forbidden", "rate-limited", "defect"] as const;
export const withBody = [
  "malformed-json",
  "body-too-large",
  "unsupported-media-type",
  "invalid-request",
] as const;
export const intake = ["overloaded", "in-doubt"] as const;
