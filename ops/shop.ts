import { z } from "zod";
import { countries } from "../http/schemas/countries.ts";
import type { Branding } from "../http/tracking/view.ts";
import { vatIdPattern } from "./sellers_schema.ts";

const text = z.string().max(4_096, "is longer than 4096 characters");
const httpUrl = text.refine((value) => /^https?:\/\//.test(value) && URL.canParse(value), {
  error: "is not a URL that starts with https:// or http://",
});

/** What the environment may say of the shop, as its customers see it. */
export const shopEnvironment = {
  WAYBILL_SHOP_NAME: z.string().max(100, "is longer than 100 characters").optional(),
  WAYBILL_SHOP_LOGO: text.optional(),
  WAYBILL_SHOP_COLOUR: text.regex(/^#[0-9a-f]{6}$/i, "is not a colour such as #0b5cad").optional(),
  WAYBILL_SHOP_CONTACT_EMAIL: text.regex(/^[^\s@<>"]+@[^\s@<>"]+$/, "is not an e-mail address").optional(),
  WAYBILL_SHOP_CONTACT_URL: httpUrl.optional(),
  WAYBILL_SHOP_LEGAL_URL: httpUrl.optional(),
  WAYBILL_SHOP_COUNTRY: z.string().refine((code) => countries.has(code), {
    error: "is not an ISO 3166-1 alpha-2 country code such as GB",
  }).optional(),
  WAYBILL_SHOP_VAT_ID: z.string().regex(
    vatIdPattern,
    "is not a VAT identifier with its country such as GB123456789",
  )
    .optional(),
} as const;

/** What invoices say of a shop that sells itself. */
export interface ShopAsSeller extends Branding {
  readonly country?: string;
  readonly vatId?: string;
}

export function shopAsSeller(env: Said): ShopAsSeller {
  const country = env.WAYBILL_SHOP_COUNTRY, vatId = env.WAYBILL_SHOP_VAT_ID;
  return {
    ...brandingOf(env),
    ...(country !== undefined && { country }),
    ...(vatId !== undefined && { vatId }),
  };
}

type Said = z.infer<z.ZodObject<typeof shopEnvironment>>;

export function brandingOf(env: Said): Branding {
  const logo = env.WAYBILL_SHOP_LOGO, colour = env.WAYBILL_SHOP_COLOUR;
  const contactEmail = env.WAYBILL_SHOP_CONTACT_EMAIL, contactUrl = env.WAYBILL_SHOP_CONTACT_URL;
  const legalUrl = env.WAYBILL_SHOP_LEGAL_URL;
  return {
    name: env.WAYBILL_SHOP_NAME ?? "Your shop",
    ...(logo !== undefined && { logo }),
    ...(colour !== undefined && { colour }),
    ...(contactEmail !== undefined && { contactEmail }),
    ...(contactUrl !== undefined && { contactUrl }),
    ...(legalUrl !== undefined && { legalUrl }),
  };
}
