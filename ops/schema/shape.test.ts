import { expect, test } from "vitest";
import { z } from "zod";
import type { Event } from "../../actors/actor.ts";
import type { Sku } from "../../actors/ids.ts";
import { eventsOf, fields, schemaOf, sku, text } from "./shape.ts";

interface Sold {
  readonly sku: Sku;
  readonly quantity: number;
  readonly note?: string;
}
type ShopEvent = Event<"sold", 1, Sold> | Event<"closed", 2, { readonly reason: string }>;
const sold = { sku, quantity: z.number(), note: text.optional() };

// The type checker is the test here: each `@ts-expect-error` fails the check when the line below it compiles.
test("a schema that says something else than the type does not compile", () => {
  schemaOf<Sold>()(fields("", sold));
  // @ts-expect-error -- a field is missing
  schemaOf<Sold>()(fields("", { sku, quantity: z.number() }));
  // @ts-expect-error -- a field too many
  schemaOf<Sold>()(fields("", { ...sold, extra: text }));
  // @ts-expect-error -- required on one side, optional on the other
  schemaOf<Sold>()(fields("", { ...sold, note: text }));
  // @ts-expect-error -- another type
  schemaOf<Sold>()(fields("", { ...sold, quantity: text }));

  const closed = fields("", { reason: text });
  eventsOf<ShopEvent>()({ "sold@1": fields("", sold), "closed@2": closed });
  // @ts-expect-error -- an event without a schema
  eventsOf<ShopEvent>()({ "sold@1": fields("", sold) });
  // @ts-expect-error -- the schema of another version
  eventsOf<ShopEvent>()({ "sold@1": fields("", sold), "closed@1": closed });
  // @ts-expect-error -- data that are not the event's
  eventsOf<ShopEvent>()({ "sold@1": closed, "closed@2": closed });
});

test("a field that the type does not have is refused at run time too", () => {
  const schema = fields("", sold);
  expect(schema.safeParse({ sku: "A", quantity: 1 }).success).toBe(true);
  expect(schema.safeParse({ sku: "A", quantity: 1, colour: "red" }).success).toBe(false);
});
