import type { PostalAddress, Seller } from "../../actors/series/seller.ts";
import type { Numbers } from "./numbers.ts";
import type { DocumentTexts } from "./texts/texts.ts";
import type { Buyer } from "./view.ts";

/** User-assigned: the country of a seller of whom nothing was said. */
export const unknownCountry = "ZZ";

/** Street to country, a line each; the country only where it is another than the reader's own. */
export function addressLines(address: PostalAddress, numbers: Numbers, homeCountry?: string): string[] {
  const { line1, line2, city, region, postalCode, country } = address;
  const town = country === "GB" || country === "US" || country === "CA"
    ? [city, region, postalCode].filter(Boolean).join(" ")
    : [[postalCode, city].filter(Boolean).join(" "), region].filter(Boolean).join(", ");
  const named = country === unknownCountry || country === homeCountry ? "" : numbers.country(country);
  return [line1, line2, town, named].map(oneLine).filter((line) => line !== "");
}

export function buyerLines(buyer: Buyer | undefined, texts: DocumentTexts, numbers: Numbers, home: string) {
  if (buyer === undefined) return [texts.unnamedBuyer];
  const { address } = buyer;
  const name = address?.name ?? buyer.name;
  return [
    ...[address?.company, name].map(oneLine).filter((line) => line !== ""),
    ...(address === undefined ? [] : addressLines(plainAddress(address), numbers, home)),
  ];
}

/** Who is billed, in one line: BT-44. */
export function buyerName(buyer: Buyer | undefined, texts: DocumentTexts): string {
  const name = buyer?.address?.company ?? buyer?.name ?? buyer?.address?.name ?? buyer?.email;
  return oneLine(name) || texts.unnamedBuyer;
}

type BuyersAddress = NonNullable<Buyer["address"]>;

/** Fields that were sent empty are as good as absent. */
export function plainAddress(
  { line1, line2, city, region, postalCode, country }: BuyersAddress,
): PostalAddress {
  const there = { line1, line2, city, region, postalCode };
  const said = Object.entries(there).filter(([, value]) => oneLine(value) !== "");
  return { ...Object.fromEntries(said), country };
}

/** Breaks and tabs, which free text may hold, as blanks. */
export function oneLine(text: string | undefined): string {
  return (text ?? "").replace(/\s+/g, " ").trim();
}

/** What identifies the seller, as `VAT ID GB123456789`. */
export function sellerMarks(seller: Seller, texts: DocumentTexts): string[] {
  const { vatId, taxId, registration } = seller;
  return [
    vatId && `${texts.seller.vatId} ${vatId}`,
    taxId && `${texts.seller.taxId} ${taxId}`,
    registration && `${texts.seller.registration} ${registration}`,
  ].filter((mark) => mark !== undefined && mark !== "").map(oneLine);
}
