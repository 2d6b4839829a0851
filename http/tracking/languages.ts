import { de } from "./texts/de.ts";
import { en } from "./texts/en.ts";
import { es } from "./texts/es.ts";
import { fr } from "./texts/fr.ts";
import type { Counted, Texts } from "./texts/texts.ts";

export const languages = ["en", "de", "fr", "es"] as const;
export type Language = (typeof languages)[number];
export const textsOf: { readonly [L in Language]: Texts } = { en, de, fr, es };

/** What a reader might understand. */
export interface Wishes {
  /** Of `?lang=`: the reader has just chosen it. */
  readonly chosen?: string | undefined;
  /** The customer's, from the order. */
  readonly customers?: string | undefined;
  /** The header Accept-Language. */
  readonly accepted?: string | undefined;
}

/** The first of these that the page can speak. */
export function languageFor({ chosen, customers, accepted }: Wishes): Language {
  return spoken(chosen) ?? spoken(customers) ?? acceptedLanguage(accepted) ?? "en";
}

function spoken(tag: string | undefined): Language | undefined {
  const primary = tag?.trim().toLowerCase().split(/[-_]/)[0];
  return languages.find((language) => language === primary);
}

const acceptCharsMax = 500;

/** The one that the header Accept-Language likes best, of those that are spoken here. */
export function acceptedLanguage(header = ""): Language | undefined {
  const ranges = header.slice(0, acceptCharsMax).split(",").map((range) => {
    const [tag, ...parameters] = range.split(";");
    const quality = parameters.map((one) => /^\s*q=([\d.]+)\s*$/i.exec(one)?.[1]).find((one) => one);
    return { language: spoken(tag), quality: quality === undefined ? 1 : Number(quality) };
  });
  return ranges.filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .find(({ language }) => language !== undefined)?.language;
}

/** A number in words' company, by the language's own plural rules. */
export function counted(language: Language, count: number, forms: Counted): string {
  const category = new Intl.PluralRules(language).select(count);
  const text = new Intl.NumberFormat(language).format(count);
  return category === "one" ? forms.one(text) : forms.other(text);
}
