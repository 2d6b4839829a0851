import { z } from "zod";
import type { Branding } from "../http/tracking/view.ts";

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
} as const;

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
