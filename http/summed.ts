import type { Outcome } from "./answers.ts";

/** The lines of one SKU added up, in the order in which the SKUs are first named. */
export function summed<Line extends { readonly sku: string }>(
  lines: readonly Line[],
  unitsOf: (line: Line) => number,
): readonly (readonly [sku: string, units: number])[] {
  const bySku = new Map<string, number>();
  for (const line of lines) bySku.set(line.sku, (bySku.get(line.sku) ?? 0) + unitsOf(line));
  return [...bySku];
}

/** The actor numbers the lines as they were added up; the caller knows them as they were sent. */
export function pointingAt(lines: readonly { readonly sku: string }[], outcome: Outcome): Outcome {
  if (typeof outcome.status === "number" || outcome.status.errors === undefined) return outcome;
  const errors = outcome.status.errors.map((error) => {
    const index = lines.findIndex(({ sku }) => sku === error.sku);
    return index < 0
      ? error
      : { ...error, pointer: error.pointer.replace(/^\/lines\/\d+/, `/lines/${index}`) };
  });
  return { ...outcome, status: { ...outcome.status, errors } };
}
