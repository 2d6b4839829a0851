import { logoOf } from "../http/tracking/branding.ts";
import type { SellersConfig } from "./sellers.ts";

/** What PDFs can hold; the shop's own page takes others, too. */
const printed = ["image/png", "image/jpeg"];

/** Reads the logos of all entities once, so that one that cannot be used is found at the start. */
export function logosOf({ logos }: Pick<SellersConfig, "logos">): (entity: string) => Uint8Array | undefined {
  const pictures = new Map([...logos].map(([entity, logo]) => [entity, logoOf(logo)]));
  return (entity) => {
    const picture = pictures.get(entity);
    return picture !== undefined && printed.includes(picture.type) ? picture.body : undefined;
  };
}
