import { z } from "@hono/zod-openapi";
import { countries } from "./countries.ts";

/** Control, format, surrogate and private-use characters, and every separator but the space. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
const plainAscii = /^[ -~]*$/;
const codePattern = "^[^\\s\\p{C}](?:[^\\p{C}\\p{Zl}\\p{Zp}]*[^\\s\\p{C}])?$";

export const skuCharsMax = 64;

/** `1…charsMax` printable characters, spaces only inside. */
export function isCode(value: string, charsMax: number): boolean {
  if (value.length === 0 || value.startsWith(" ") || value.endsWith(" ")) return false;
  if (plainAscii.test(value)) return value.length <= charsMax;
  return [...value].length <= charsMax && !unprintable.test(value);
}

/** A code that people and other systems choose: a SKU, a reference, a channel. */
export function code(charsMax: number, example: string) {
  return z.string()
    .refine((value) => isCode(value, charsMax), {
      error: `must be 1 to ${charsMax} printable characters, spaces only inside`,
    })
    .openapi({ minLength: 1, maxLength: charsMax, pattern: codePattern, example });
}

const location = (value: string) => isCode(value, 64) && !value.includes(":");

/** A colon would make `<location>:<reference>`, the key of a stock document, ambiguous. */
export const locationCode = z.string()
  .refine(location, { error: "must be 1 to 64 printable characters without a colon, spaces only inside" })
  .openapi({
    minLength: 1,
    maxLength: 64,
    pattern: "^[^\\s\\p{C}:](?:[^\\p{C}:]*[^\\s\\p{C}:])?$",
    example: "LON1",
  });

export const sku = code(skuCharsMax, "85123A").openapi({ description: "Case-sensitive." });
export const channel = code(64, "web");
export const orderNumber = code(128, "1001");
export const reference = code(128, "PO-1001");

const isText = (value: string) => value.isWellFormed() && !/[^\P{Cc}\n\r\t]/u.test(value);

/** Free text: no control characters but line breaks and tabs. */
export function text(charsMax: number) {
  return z.string().max(charsMax, { error: `must have at most ${charsMax} characters` })
    .refine(isText, { error: "must not contain control characters or broken surrogate pairs" });
}

export function requiredText(charsMax: number) {
  return text(charsMax).min(1, { error: "must not be empty" });
}

export const country = z.string()
  .refine((value) => countries.has(value), { error: "must be an ISO 3166-1 alpha-2 country code" })
  .openapi({ pattern: "^[A-Z]{2}$", example: "GB" });

export const phone = z.string()
  .regex(/^\+[1-9]\d{1,14}$/, { error: "must be an E.164 number, such as +442071838750" });

export const email = z.string().max(254, { error: "must have at most 254 characters" })
  .regex(/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, { error: "must be an e-mail address" })
  .refine((value) => value.isWellFormed(), { error: "must be an e-mail address" });

export const language = z.string()
  .regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,7}$/, {
    error: "must be a BCP 47 language tag, such as en-GB",
  });

export function quantity(unitsMax: number) {
  return z.number({ error: wholeNumber(unitsMax) }).int({ error: wholeNumber(unitsMax) })
    .min(1, { error: wholeNumber(unitsMax) }).max(unitsMax, { error: wholeNumber(unitsMax) });
}

const wholeNumber = (unitsMax: number) => `must be a whole number from 1 to ${unitsMax}`;

export const carrier = z.string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, {
    error: "must be a carrier's name: 1 to 32 of a-z, 0-9, _ and -, such as ups or dhl_express",
  })
  .openapi({ example: "ups" });
