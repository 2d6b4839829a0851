import { z } from "zod";

/** What the demo reads of the API's answers; a body of another shape is an error, not a guess. */
export const orderAnswer = z.object({
  orderId: z.string(),
  status: z.string(),
  lines: z.array(z.object({
    sku: z.string(),
    quantity: z.int(),
    net: z.string(),
    allocated: z.array(z.object({ location: z.string(), quantity: z.int() })),
  })),
  total: z.string(),
});
export type OrderAnswer = z.infer<typeof orderAnswer>;

export const stockAnswer = z.object({
  items: z.array(z.object({
    sku: z.string(),
    locations: z.array(z.object({
      location: z.string(),
      sellable: z.int(),
      reserved: z.int(),
      allocated: z.int(),
      picked: z.int(),
      packed: z.int(),
      held: z.int(),
    })),
  })),
});

export const returnAnswer = z.object({ returnId: z.string() });

/** A credit note, of an order or alone. */
export const creditAnswer = z.object({ number: z.string() });

const documentAnswer = z.object({
  number: z.string(),
  orderNumber: z.string().optional(),
  total: z.string(),
});
export type DocumentAnswer = z.infer<typeof documentAnswer>;
export const documentsAnswer = z.object({ items: z.array(documentAnswer), next: z.string().optional() });
