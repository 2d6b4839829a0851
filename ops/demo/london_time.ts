/** Turns a wall clock's time in London into UTC: `2011-11-27 10:34:00` → `2011-11-27T10:34:00Z`. */
export function londonToUtc(text: string): string {
  const found = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
  if (found === null) throw new Error(`Cannot read time "${text}": it is not like 2011-11-27 10:34:00`);
  const [year, month, day, hour, minute, second] = found.slice(1).map((part) => Number(part ?? 0)) as Parts;
  const asUtcMs = Date.UTC(year, month - 1, day, hour, minute, second);
  if (!isReal(asUtcMs, [year, month, day, hour, minute, second])) {
    throw new Error(`Cannot read time "${text}": there is no such day or hour`);
  }
  // The hour that autumn repeats is taken as its first run, the one that spring leaves out as if summer had not begun.
  const candidates = [asUtcMs - hourMs, asUtcMs];
  const utcMs = candidates.find((ms) => ms + offsetMs(ms) === asUtcMs) ?? asUtcMs;
  return new Date(utcMs).toISOString().replace(".000Z", "Z");
}

type Parts = [year: number, month: number, day: number, hour: number, minute: number, second: number];
const hourMs = 3_600_000;

function isReal(ms: number, [year, month, day, hour, minute, second]: Parts): boolean {
  const date = new Date(ms);
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day &&
    date.getUTCHours() === hour && date.getUTCMinutes() === minute && date.getUTCSeconds() === second;
}

const clock = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London",
  hour: "2-digit",
  hourCycle: "h23",
});
/** Asking Intl costs microseconds, and a file names each hour a thousand times. */
const offsets = new Map<number, number>();
const offsetsMax = 100_000;

/** London is in UTC or one hour ahead of it. */
function offsetMs(utcMs: number): number {
  const hour = Math.floor(utcMs / hourMs);
  const known = offsets.get(hour);
  if (known !== undefined) return known;
  const shown = Number(clock.format(utcMs));
  const offset = shown === new Date(utcMs).getUTCHours() ? 0 : hourMs;
  if (offsets.size < offsetsMax) offsets.set(hour, offset);
  return offset;
}
