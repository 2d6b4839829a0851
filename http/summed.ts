/** The lines of one SKU added up, in the order in which the SKUs are first named. */
export function summed<Line extends { readonly sku: string }>(
  lines: readonly Line[],
  unitsOf: (line: Line) => number,
): readonly (readonly [sku: string, units: number])[] {
  const bySku = new Map<string, number>();
  for (const line of lines) bySku.set(line.sku, (bySku.get(line.sku) ?? 0) + unitsOf(line));
  return [...bySku];
}
