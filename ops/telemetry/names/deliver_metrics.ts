import { counted, gauge, seconds, toldBy } from "../metric_kinds.ts";

const channel = "email, sms, push";
const carrier = "the carriers that have an adapter";

/** What the role deliver tells: it speaks with the world in its own time. */
export const deliverMetrics = toldBy(["deliver"], {
  "waybill.carrier.handled": counted("{callback}", "Stored callbacks, by what was made of them", {
    carrier,
    result: "told, unreadable, unknown-carrier, misconfigured, refused, defect",
  }),
  "waybill.carrier.unmapped": counted("{scan}", "Scans whose code stands in no table", { carrier }),
  "waybill.carrier.disagreements": counted(
    "{parcel}",
    "Parcels whose summary says another status than their newest scan",
    { carrier },
  ),
  "waybill.carrier.interrupted": counted("{event}", "Times that telling parcels had to wait for the log"),
  "waybill.carrier.polls": counted("{request}", "Questions about a parcel to a carrier's API, by result", {
    carrier,
    result:
      "kept, unchanged, unknown-number, not-kept, defect, unavailable, timeout, throttled, refused, rejected, " +
      "unreadable, too-large",
  }),
  "waybill.carrier.breaker": gauge(
    "{carrier}",
    "Whether a carrier's API is left alone because it is down: 1, else 0",
    {
      carrier,
    },
  ),
  "waybill.carrier.backlog": gauge("{message}", "CALLBACKS messages that nobody has told parcels of yet"),
  "waybill.carrier.backlog.age": gauge("s", "Age of the oldest of these; 0 when there is none"),
  "waybill.carrier.missed": counted(
    "{message}",
    "CALLBACKS messages that were gone, by age or for want of room, before anyone had read them",
  ),
  "waybill.effects.skipped": counted(
    "{event}",
    "Times that the database stood behind what was already sent, so that effects count as done",
  ),
  "waybill.notifications.tried": counted("{message}", "Messages to customers, by what became of each try", {
    channel,
    outcome: "sent, opted_out, gone, parked, later",
  }),
  "waybill.notifications.waiting": gauge("{message}", "Messages to customers that wait, or were given up", {
    channel,
    state: "waiting, parked",
  }),
  "waybill.notifications.milestones": counted(
    "{milestone}",
    "Milestones whose messages were made, or for which there was nobody to tell",
  ),
  "waybill.webhook.attempts": counted("{attempt}", "Messages sent to webhook endpoints, by what came of it", {
    result: "taken, again, given-up, gone",
  }),
  "waybill.webhook.duration": seconds("Time that a webhook endpoint takes to answer", {
    result: "taken, again, given-up, gone",
  }),
  "waybill.webhook.disabled": counted(
    "{endpoint}",
    "Endpoints that are not told anything any more, by reason",
    {
      reason: "gone, failing",
    },
  ),
  "waybill.webhook.interrupted": counted(
    "{event}",
    "Times that telling endpoints had to wait for the database",
  ),
});
