import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Milestone, milestones } from "../../projections/outbox/milestones.ts";
import { escapeHtml } from "../html.ts";
import { type Language, languages } from "../tracking/languages.ts";
import type { Notice } from "./notice.ts";

/** What may stand in a template between two braces on each side; what is not known is empty. */
export const placeholders = {
  shop: ({ shop }) => shop.name,
  order: ({ orderNumber }) => orderNumber,
  name: ({ name }) => name,
  title: ({ title }) => title,
  text: ({ text }) => text,
  expected: ({ expected }) => expected,
  carrier: ({ carrier }) => carrier,
  trackingNumber: ({ view }) => view?.trackingNumber,
  trackingUrl: ({ links }) => links.tracking,
  preferencesUrl: ({ links }) => links.preferences,
  unsubscribeUrl: ({ links }) => links.unsubscribe,
  items: ({ lines }) =>
    lines.map(({ description, quantity }) => `${quantity || ""} ${description}`.trim()).join("\n"),
} as const satisfies Readonly<Record<string, (notice: Notice) => string | undefined>>;

export const templateParts = ["subject", "txt", "html", "sms"] as const;
export type TemplatePart = (typeof templateParts)[number];
/** The shop's own words for a part of a message, where it has any. */
export type Overrides = (part: TemplatePart, notice: Notice) => string | undefined;

const templateBytesMax = 256 * 1024;

/** Reads `<milestone>.<language>.<part>` files of a folder; throws one error that names everything that is wrong. */
export function readOverrides(folder: string): Overrides {
  const templates = new Map<string, string>(), problems: string[] = [];
  for (const name of readdirSync(folder).sort()) {
    if (name.startsWith(".")) continue;
    const text = readFileSync(join(folder, name), "utf8"), wrong = problemOf(name, text);
    if (wrong === undefined) templates.set(name, text);
    else problems.push(`${name}: ${wrong}`);
  }
  if (problems.length > 0) {
    throw new Error(
      `Cannot use the templates in ${folder}:\n${problems.map((one) => `  ${one}`).join("\n")}`,
    );
  }
  return (part, notice) => {
    const template = templates.get(`${notice.milestone}.${notice.language}.${part}`);
    return template === undefined ? undefined : filled(template, notice, part);
  };
}

function problemOf(name: string, text: string): string | undefined {
  const [milestone = "", language = "", part = "", ...rest] = name.split(".");
  if (rest.length > 0 || !isOneOf<Milestone>(milestones, milestone)) {
    return `it is not called <milestone>.<language>.<part>, with a milestone of ${milestones.join(", ")}`;
  }
  if (!isOneOf<Language>(languages, language)) {
    return `${language || "nothing"} is none of ${languages.join(", ")}`;
  }
  if (!isOneOf<TemplatePart>(templateParts, part)) {
    return `${part || "nothing"} is none of ${templateParts.join(", ")}`;
  }
  if (text.length > templateBytesMax) return `it has more than ${templateBytesMax} characters`;
  const known = Object.keys(placeholders);
  const unknown = [...text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)].map(([, one = ""]) => one).filter((one) =>
    !known.includes(one)
  );
  if (unknown.length > 0) return `it names ${unknown.join(", ")}; there are ${known.join(", ")}`;
  if (part === "html" && !text.includes("{{unsubscribeUrl}}") && !text.includes("{{preferencesUrl}}")) {
    return "it leads nobody to {{preferencesUrl}} or {{unsubscribeUrl}}";
  }
  return undefined;
}

const isOneOf = <T extends string>(all: readonly T[], one: string): one is T =>
  all.some((each) => each === one);

function filled(template: string, notice: Notice, part: TemplatePart): string {
  const known: Readonly<Record<string, (notice: Notice) => string | undefined>> = placeholders;
  const text = template.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => {
    const value = known[name]?.(notice) ?? "";
    return part === "html" ? escapeHtml(value) : value;
  });
  return part === "subject" || part === "sms" ? text.trim() : text;
}
