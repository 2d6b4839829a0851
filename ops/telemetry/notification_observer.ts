import type { TracedTry, Tried } from "../../http/notifications/courier.ts";
import type { Channel } from "../../projections/outbox/recipients.ts";
import type { Logger } from "../logging.ts";
import type { Instruments } from "./instruments.ts";
import type { Telemetry } from "./sdk.ts";
import { traceSending } from "./sending_trace.ts";

const channels = ["email", "sms", "push"] as const satisfies readonly Channel[];
const states = ["waiting", "parked"] as const;

export interface Waiting {
  readonly channel: Channel;
  readonly state: (typeof states)[number];
  readonly count: number;
}

/** Watches messages to customers; no address and no text is told. */
export function observeNotifications(telemetry: Telemetry, measure: Instruments, log: Logger) {
  let waiting: readonly Waiting[] | undefined;
  measure.gauge("waybill.notifications.waiting", (tell) => {
    if (waiting === undefined) return;
    for (const channel of channels) {
      for (const state of states) {
        const found = waiting.find((one) => one.channel === channel && one.state === state);
        tell(found?.count ?? 0, { channel, state });
      }
    }
  });
  return {
    tried: (what: Tried, traced?: TracedTry) => {
      const { channel, outcome } = what;
      measure.count("waybill.notifications.tried", 1, { channel, outcome });
      if (traced && telemetry.tracing) traceTry(telemetry, what, traced);
      if (outcome === "parked") {
        log.error(what, "a message was given up; `waybill notifications retry` sends it");
      } else if (outcome === "later" || outcome === "gone") log.warn(what, "a message was not sent");
      else log.info(what, "a message was sent, or not wanted");
    },
    interrupted: (channel: Channel | "all", reason: string) => {
      log.warn({ channel, reason }, "messages wait for the database or the log");
    },
    counted: (counts: readonly Waiting[]) => void (waiting = counts),
    settled: (milestones: number) => measure.count("waybill.notifications.milestones", milestones, {}),
  };
}

/** It lasts until what became of it is noted. */
function traceTry(
  telemetry: Telemetry,
  { channel, milestone, outcome, attempts: attempt }: Tried,
  traced: TracedTry,
): void {
  traceSending(telemetry, "send notification", {
    ...{ ...traced, attempt, outcome, failed: outcome !== "sent" && outcome !== "opted_out" },
    about: { "waybill.channel": channel, "waybill.milestone": milestone },
  });
}
