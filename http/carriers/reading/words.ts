import { place, type Raw, text } from "./json.ts";

/** What a carrier says of an event, without the name of whoever signed: `Delivered, signed by: R SMITH` ends with `signed`. */
export function withoutSigner(said: string | undefined): string | undefined {
  return said?.replace(/\b(signed)(?: for)? by\b[^;|\n]*/gi, "$1").trim();
}

/** A place that comes as one text, without the postal codes in it. */
export function placeText(said: Raw): string | undefined {
  const parts = (text(said) ?? "").split(",").map((part) => part.trim()).filter((part) =>
    !postalCode.test(part)
  );
  return place(...parts);
}

const postalCode = /^\d[\d -]{3,}$|^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$|^[A-Z]\d[A-Z] ?\d[A-Z]\d$/i;
