import { Misconfigured } from "../carriers/adapter.ts";

/** At most so many questions in so long. */
export interface Rate {
  readonly count: number;
  readonly perMs: number;
}

const units = { s: 1_000, min: 60_000, h: 3_600_000, day: 86_400_000 } as const;
const ratesMax = 4;
const shape = /^(\d{1,6})\/(s|min|h|day)$/;

/** `5/s`, or several that hold together: `12/min,250/day`. Throws `Misconfigured`. */
export function readRates(text: string, name: string): readonly Rate[] {
  const rates = text.split(",").map((one) => {
    const [, count, unit] = shape.exec(one.trim()) ?? [];
    if (count === undefined || Number(count) === 0) throw wrong(text, name);
    return { count: Number(count), perMs: units[unit as keyof typeof units] };
  });
  if (rates.length <= ratesMax) return rates;
  throw wrong(text, name);
}

const wrong = (text: string, name: string) =>
  new Misconfigured(
    `Cannot use ${name}=${text}: it must be a number of questions in a time (s, min, h, day), as in 5/s, ` +
      `or up to ${ratesMax} such limits, as in 12/min,250/day`,
  );

/** `90s`, `30min`, `2h`, `1day`, in milliseconds. Throws `Misconfigured`. */
export function readDuration(text: string, name: string): number {
  const [, count, unit] = /^(\d{1,6})(s|min|h|day)$/.exec(text.trim()) ?? [];
  if (count !== undefined && Number(count) > 0) return Number(count) * units[unit as keyof typeof units];
  throw new Misconfigured(
    `Cannot use ${name}=${text}: it must be a time such as 30min or 2h (s, min, h, day)`,
  );
}
