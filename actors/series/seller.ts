/** The legal entity that sells: what its documents say of it, and how it numbers and dates them. No personal data. */
export interface Seller {
  /** The name of the entity in the configuration; part of the name of its actor. */
  readonly entity: string;
  readonly name: string;
  readonly address: PostalAddress;
  /** VAT identifier with its country prefix, for example `GB123456789` (EN 16931 BT-31). */
  readonly vatId?: string;
  /** Local tax number (BT-32). */
  readonly taxId?: string;
  /** Registration in a register of companies (BT-30). */
  readonly registration?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly bank?: { readonly accountName?: string; readonly iban: string; readonly bic?: string };
  /** Printed at the foot of each document. */
  readonly legalText?: string;
  /** Why a category of tax is not charged, by its code (BT-120): `{"E": "…"}`. */
  readonly exemptions?: { readonly [category: string]: string };
  /** The language of documents whose buyer has none: `en`, `de`, `fr` or `es`. */
  readonly language: string;
  /** IANA zone: which day it is when a document is issued. */
  readonly timeZone: string;
  /** The first month of the fiscal year, 1–12; the year is named by the calendar year in which it begins. */
  readonly fiscalYearStartMonth: number;
  /** How numbers begin; no two entities share one. */
  readonly prefixes: { readonly invoice: string; readonly creditNote: string };
}

export interface PostalAddress {
  readonly line1?: string;
  readonly line2?: string;
  readonly city?: string;
  readonly postalCode?: string;
  readonly region?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** The entity of an order that names none. */
export const mainEntity = "main";

/** A seller of whom nothing was said yet: enough to number documents, not to send them. */
export const undescribed = (entity: string): Seller => ({
  entity,
  name: entity,
  address: { country: "ZZ" },
  language: "en",
  timeZone: "UTC",
  fiscalYearStartMonth: 1,
  prefixes: prefixesOf(entity),
});

/** What numbers begin with unless the configuration says otherwise. */
export function prefixesOf(entity: string): Seller["prefixes"] {
  const own = entity === mainEntity ? "" : `${entity.toUpperCase()}-`;
  return { invoice: `${own}INV`, creditNote: `${own}CN` };
}
