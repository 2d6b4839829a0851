import { onTestFinished, vi } from "vitest";

/** Until the test ends, no time passes by the clock but what the test lets pass; timers go on. */
export function stopTheClock(): void {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
}
