import type { Tried } from "../../http/notifications/courier.ts";
import type { Channel } from "../../projections/outbox/recipients.ts";
import type { Logger } from "../logging.ts";
import type { Instruments } from "./instruments.ts";

export interface Waiting {
  readonly channel: Channel;
  readonly state: "waiting" | "parked";
  readonly count: number;
}

/** Watches messages to customers; no address and no text is told. */
export function observeNotifications(measure: Instruments, log: Logger) {
  let waiting: readonly Waiting[] = [];
  measure.gauge("waybill.notifications.waiting", (tell) => {
    for (const { channel, state, count } of waiting) tell(count, { channel, state });
  });
  return {
    tried: (what: Tried) => {
      const { channel, outcome } = what;
      measure.count("waybill.notifications.tried", 1, { channel, outcome });
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
