import { expect, test } from "vitest";
import { withoutSignatory } from "./people.ts";

test.each([
  ["Delivered - Signed for by: J. DOE", "Delivered"],
  ["Signed by JANE", "Signed for"],
  ["Delivered; signed for by Doe", "Delivered"],
  ["Shipment designed for byways", "Shipment designed for byways"],
  [undefined, undefined],
])("%s tells no name", (said, kept) => expect(withoutSignatory(said)).toBe(kept));
