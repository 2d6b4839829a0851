/** A signed time may be this far from our clock, either way: within it a stolen message can be sent again. */
export const windowMs = 300_000;

/** Why a time is refused; undefined when it is near enough. */
export function outsideWindow(signedMs: number, nowMs: number): string | undefined {
  if (!Number.isFinite(signedMs)) return "the signed time is no time";
  const agoMs = nowMs - signedMs;
  if (Math.abs(agoMs) <= windowMs) return undefined;
  return agoMs > 0 ? "the signed time is too long ago" : "the signed time is yet to come";
}

/** Unix seconds as text; NaN for anything else. */
export const secondsToMs = (text: string): number => /^\d{1,12}$/.test(text) ? Number(text) * 1000 : NaN;
