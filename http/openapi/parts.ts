import { z } from "@hono/zod-openapi";
import { type ProblemName, problems } from "../problems.ts";
import { languages } from "../tracking/languages.ts";
import { problemAnswer } from "../schemas/answers.ts";
import { problemExample } from "./examples.ts";

/** Pieces that the descriptions of the calls share. */

interface Content {
  readonly schema: z.ZodType;
  readonly example?: unknown;
  readonly examples?: Record<string, { readonly summary: string; readonly value: unknown }>;
}
interface Answered {
  readonly description: string;
  readonly content?: Record<string, Content>;
  readonly headers?: z.ZodObject;
}

const yes = z.literal("true").optional();
const changeHeaders = z.object({
  "Waybill-Position": z.string().optional().openapi({
    description: "Send it with a GET to read what this change did.",
  }),
  "Idempotent-Replayed": yes.openapi({ description: "This had been decided before." }),
});
const acceptedHeaders = z.object({
  "Location": z.string().optional().openapi({
    description: "Where the decision can be read, if it has a place.",
  }),
});
const retryHeaders = z.object({
  "Retry-After": z.int().openapi({ description: "In how many seconds to come again." }),
});
const readHeaders = z.object({
  "ETag": z.string().openapi({ description: "Send it back as If-None-Match." }),
  "Waybill-Stale": yes.openapi({
    description: "The readers had not reached the wanted position in time.",
  }),
});

/** A page for people. */
export const html = { "text/html": { schema: z.string() } };

/** In which language a page for customers is written. */
export const language = z.object({
  lang: z.enum(languages).optional().openapi({
    description: "Otherwise the customer's language, and then what Accept-Language says.",
  }),
});

export function jsonBody(schema: z.ZodType, example: unknown) {
  return { required: true, content: { "application/json": { schema, example } } };
}

export function changed(description: string, schema: z.ZodType, example: unknown): Answered {
  return { description, content: { "application/json": { schema, example } }, headers: changeHeaders };
}

export function accepted(description: string, schema: z.ZodType, example?: unknown): Answered {
  return {
    description,
    content: { "application/json": { schema, ...(example === undefined ? {} : { example }) } },
    headers: acceptedHeaders,
  };
}

export function read(description: string, schema: z.ZodType, example: unknown): Answered {
  return { description, content: { "application/json": { schema, example } }, headers: readHeaders };
}

/** A page of a list, described under this name. */
export function page(name: string, item: z.ZodType, examples: readonly unknown[]): Answered {
  const next = z.string().optional().openapi({ description: "The next page's `cursor`." });
  const schema = z.object({ items: z.array(item), next }).openapi(name);
  return read('A page; `Link: rel="next"` leads to the next one.', schema, { items: examples });
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
  const examples = names.map((name) => [name, problemExample(name)] as const);
  const shown = examples.length === 1
    ? { example: examples[0]![1].value }
    : { examples: Object.fromEntries(examples) };
  return {
    description: names.map((name) => `[\`${name}\`](/problems/${name}): ${problems[name].title}.`).join(" "),
    content: { "application/problem+json": { schema: problemAnswer, ...shown } },
    ...(retry ? { headers: retryHeaders } : {}),
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
export const intake = ["overloaded", "unavailable", "in-doubt", "read-only"] as const;
