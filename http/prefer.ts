import type { EdgeLimits } from "./limits.ts";

export interface Preference {
  /** Answer 202 as soon as the request is durable. */
  readonly async: boolean;
  readonly patienceMs: number;
  readonly waits: boolean;
}

/** RFC 7240: what is not understood is ignored. */
export function preferenceOf(header: string | undefined, limits: EdgeLimits, patienceMs: number): Preference {
  if (header === undefined) return { async: false, patienceMs, waits: false };
  const preferences = header.split(",").map((part) => part.trim().toLowerCase());
  const wait = preferences.map((part) => /^wait\s*=\s*"?(\d{1,6})"?$/.exec(part)?.[1]).find((s) =>
    s !== undefined
  );
  const async = preferences.includes("respond-async");
  const waitMs = wait === undefined ? patienceMs : Math.min(Number(wait) * 1_000, limits.patienceMsMax);
  return { async, patienceMs: async ? 0 : waitMs, waits: wait !== undefined };
}
