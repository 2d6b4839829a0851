import { z } from "zod";
import { countries } from "../http/schemas/countries.ts";
import { languages } from "../http/tracking/languages.ts";

const sellersCharsMax = 65_536, entitiesMax = 100, channelsMax = 10_000;

/** JSON, or the path of a file that holds it. */
export const sellersVariable = z.string().max(
  sellersCharsMax,
  `is longer than ${sellersCharsMax} characters`,
);

const text = (charsMax: number) =>
  z.string({ error: "must be a text" }).min(1, "must not be empty").max(
    charsMax,
    `must have at most ${charsMax} characters`,
  );
const entityName = z.string().regex(
  /^[a-z0-9][a-z0-9_-]{0,31}$/,
  "must be an entity's name: 1 to 32 of a-z, 0-9, _ and -, such as main",
);
const prefix = z.string().regex(
  /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,14}[A-Za-z0-9])?$/,
  "must be 1 to 16 letters, digits, _ and -, such as INV: it stands in file names and addresses",
);
export const vatIdPattern = /^[A-Z]{2}[0-9A-Za-z+*]{2,13}$/;
const country = z.string().refine(
  (code) => countries.has(code),
  "must be an ISO 3166-1 alpha-2 country code, such as GB",
);

const address = z.strictObject({
  line1: text(200).optional(),
  line2: text(200).optional(),
  city: text(200).optional(),
  postalCode: text(32).optional(),
  region: text(200).optional(),
  country,
});

const bank = z.strictObject({
  accountName: text(200).optional(),
  iban: z.string().transform((iban) => iban.replaceAll(" ", ""))
    .refine(isIban, "must be an IBAN whose check digits are right, such as GB33BUKB20201555555555"),
  bic: z.string().regex(/^[A-Z0-9]{8}(?:[A-Z0-9]{3})?$/, "must be a BIC of 8 or 11 characters").optional(),
});

export const entity = z.strictObject({
  name: text(200),
  address,
  vatId: z.string().regex(
    vatIdPattern,
    "must be a VAT identifier with its country, such as GB123456789",
  )
    .optional(),
  taxId: text(64).optional(),
  registration: text(128).optional(),
  email: z.string().regex(/^[^\s@<>"]+@[^\s@<>"]+$/, "must be an e-mail address").optional(),
  phone: text(64).optional(),
  bank: bank.optional(),
  legalText: text(2_000).optional(),
  exemptions: z.partialRecord(z.enum(["Z", "E", "AE", "K", "G", "O"]), text(500)).optional(),
  language: z.enum(languages, `must be one of ${languages.join(", ")}`).default("en"),
  timeZone: z.string().refine(isTimeZone, "must be an IANA time zone, such as Europe/London").default("UTC"),
  fiscalYearStartMonth: z.int("must be a month from 1 to 12").min(1, "must be a month from 1 to 12")
    .max(12, "must be a month from 1 to 12").default(1),
  prefixes: z.strictObject({ invoice: prefix, creditNote: prefix }).optional(),
  invoiceOn: z.enum(["on_shipment", "on_confirm", "on_delivery"]).default("on_shipment"),
  flatShipping: z.enum(["first", "pro_rata"]).default("first"),
  taxMode: z.enum(["document", "per_line"]).default("document"),
  logo: text(sellersCharsMax).optional(),
});

/** What the file of sellers may say. */
export const sellersSchema = z.strictObject({
  entities: z.record(entityName, entity).refine((all) => {
    const count = Object.keys(all).length;
    return count >= 1 && count <= entitiesMax;
  }, `must name 1 to ${entitiesMax} entities`),
  channels: z.record(text(64), entityName).refine(
    (all) => Object.keys(all).length <= channelsMax,
    `must name at most ${channelsMax} channels`,
  ).default({}),
  default: entityName.optional(),
});
function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** ISO 13616: the four first characters last, letters as numbers from 10, leaves 1 when divided by 97. */
function isIban(iban: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$/.test(iban)) return false;
  const digits = [...iban.slice(4), ...iban.slice(0, 4)].map((char) => Number.parseInt(char, 36)).join("");
  return BigInt(digits) % 97n === 1n;
}
