/** How long to rest after having worked for `workMs`, so that work takes no more than its share of the time. */
export function restMs(
  workMs: number,
  { shareMax, restMsMax }: { readonly shareMax: number; readonly restMsMax: number },
): number {
  return Math.min(restMsMax, workMs * (1 / shareMax - 1));
}
