import { z } from "zod";

/** What the demo reads of the API's answers; a body of another shape is an error, not a guess. */
export const orderAnswer = z.object({
  status: z.string(),
  lines: z.array(z.object({
    sku: z.string(),
    quantity: z.int(),
    net: z.string(),
    allocated: z.array(z.object({ location: z.string(), quantity: z.int() })),
  })),
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
