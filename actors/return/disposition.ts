import type { Bucket } from "../sku/sku_events.ts";

/** A: resell as new, B: open box, C: refurbish, D: scrap, Q: quarantine (DOMAIN 5). It says how they are, never where they go. */
export const grades = ["A", "B", "C", "D", "Q"] as const;
export type Grade = (typeof grades)[number];

/** Where goods go from quality control: to a bucket, or away. */
export const bucketOfDisposition = {
  restock: "sellable",
  /** Away here, and sold as another SKU from now on. */
  restock_as: null,
  refurbish: "refurbish",
  quarantine: "quarantine",
  scrap: null,
  return_to_vendor: null,
  /** To the customer. */
  send_back: null,
} as const satisfies { readonly [disposition: string]: Bucket | null };
export type Disposition = keyof typeof bucketOfDisposition;
export const dispositions = Object.keys(bucketOfDisposition) as readonly Disposition[];
