import { amounts, bytes, counted, gauge, type MetricSpec, seconds, total } from "./metric_kinds.ts";

/**
 * Every span and metric that Waybill emits: the one table that dashboards, alerts and documents are made from. Labels are bounded:
 * never an order, a SKU, a key or an id.
 */

const partition = "the number of partitions";
const kinds = "the kinds of actors";
const channel = "email, sms, push";
const carrier = "the carriers that have an adapter";

export const metrics = {
  "http.server.request.duration": seconds("Duration of HTTP server requests", {
    "http.request.method": "the standard methods, others as _OTHER",
    "http.route": "the route templates of the app, anything else as unmatched",
    "http.response.status_code": "the HTTP status codes",
  }),
  "http.server.active_requests": gauge("{request}", "HTTP requests that are being answered"),
  "waybill.ask.duration": seconds(
    "Time from a question to its answer; the count by outcome says how asking goes",
    {
      "actor.kind": kinds,
      outcome: "ok, rejected, defect, accepted, in-doubt, overloaded, unavailable, failed",
    },
  ),
  "waybill.ask.pending": gauge("{question}", "Questions that wait for their answer at this edge"),
  "waybill.turn.duration": seconds(
    "Time from the start of a turn until its record is durable, by how the append ended",
    { outcome: "stored, conflict, contended, full, unknown" },
  ),
  "waybill.turn.decide.duration": seconds("Time that a turn spends deciding"),
  "waybill.turn.append.duration": seconds(
    "Time that the log takes to acknowledge a turn record, by outcome",
    { outcome: "stored, conflict, contended, full, unknown" },
  ),
  "waybill.turn.commands": amounts("{command}", "Commands from outside that one turn decided"),
  "waybill.turn.entries": amounts("{event}", "Events in one turn record"),
  "waybill.turn.size": bytes("Size of one turn record"),
  "waybill.rejections": counted("{command}", "Commands that the domain refused, by reason", {
    reason: "the named rejections, at most 100 different ones, others as other",
  }),
  "waybill.dead_letters": counted(
    "{command}",
    "Commands that could not be decided because of a defect; each stops its actor",
    { "actor.kind": kinds },
  ),
  "waybill.timers.late": seconds("How long after its due time a timer fired", { "actor.kind": kinds }),
  "waybill.checkpoint.duration": seconds("Time that a checkpoint took, by outcome", {
    outcome: "stored, conflict, failed",
  }),
  "waybill.checkpoint.snapshots": amounts("{actor}", "Actors whose state one checkpoint wrote"),
  "waybill.partition.open.duration": seconds("Time from claiming a partition until it answers"),
  "waybill.partition.fenced": counted("{event}", "Times that another host turned out to own the partition"),
  "waybill.partition.reopenings": counted(
    "{event}",
    "Times that a fault closed a partition, or kept it from opening, and it was tried again, by fault code",
    { code: "the fault codes" },
  ),
  "waybill.partition.stopped": counted(
    "{event}",
    "Times that a partition stopped because of a fault that trying again cannot mend, by fault code",
    { code: "the fault codes" },
  ),
  "waybill.partition.queue": gauge("{message}", "Messages between actors that wait for the next turn", {
    partition,
  }),
  "waybill.commands.lag": gauge("{message}", "COMMANDS messages that the partition has not read yet", {
    partition,
  }),
  "waybill.cache.size": gauge("By", "Estimated memory of the actors that are loaded", { partition }),
  "waybill.cache.actors": gauge("{actor}", "Actors that are loaded", { partition }),
  "waybill.timers.overdue": gauge(
    "{timer}",
    "Timers past their due time that have not fired: holds past their deadline",
    { partition },
  ),
  "waybill.actors.stopped": gauge(
    "{actor}",
    "Actors that are stopped after a defect, until an operator retries or drops",
    { partition },
  ),
  "waybill.projector.lag.records": gauge("{record}", "Turn records that the projections do not hold yet", {
    partition,
  }),
  "waybill.projector.lag.time": gauge(
    "s",
    "Age of the oldest turn record that the projections do not hold yet; 0 when they hold all",
    { partition },
  ),
  "waybill.projector.batch.records": amounts("{record}", "Turn records in one projection transaction"),
  "waybill.projector.batch.events": amounts("{event}", "Events in one projection transaction"),
  "waybill.projector.batch.duration": seconds("Time of one projection transaction, by outcome", {
    outcome: "stored, fenced, failed",
  }),
  "waybill.reader.interrupted": counted(
    "{event}",
    "Times that a reader of the log had to wait for the log or the database, by fault code",
    { reader: "projector, personal, stock_view, copier, notifications, webhooks", code: "the fault codes" },
  ),
  "waybill.reader.stopped": counted(
    "{event}",
    "Times that a reader of the log stopped because trying again cannot help, by fault code",
    {
      reader: "projector, personal, stock_view, copier, notifications, webhooks",
      code: "the fault codes, or defect",
    },
  ),
  "waybill.copier.copied": counted("{message}", "Personal parts copied to PERSONAL"),
  "waybill.copier.records": counted(
    "{record}",
    "Turn records that the copier has taken in; beside the log's growth it shows how far it is behind",
  ),
  "waybill.copier.missing": counted(
    "{message}",
    "Personal parts that were gone from COMMANDS before they were copied",
  ),
  "waybill.carrier.callbacks": counted(
    "{callback}",
    "Callbacks that came, by what became of them at the edge",
    {
      carrier,
      result: "stored, unreadable, handshake, refused, not-stored",
    },
  ),
  "waybill.carrier.handled": counted("{callback}", "Stored callbacks, by what was made of them", {
    carrier,
    result: "told, unreadable, unknown-carrier, misconfigured, refused, defect",
  }),
  "waybill.carrier.misconfigured": gauge(
    "{carrier}",
    "Carriers for which something is not done, because a setting cannot be used: 1 for each",
    { carrier: `${carrier}, and none for a variable that is no carrier's`, work: "proof, reading, polling" },
  ),
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
  "waybill.estimates": counted("{estimate}", "Estimates of delivered parcels, by how they turned out", {
    carrier,
    stage: "first, hand_over, last",
    source: "carrier, lane",
    result: "on_time, early, late",
  }),
  "process.memory.usage": gauge("By", "Resident memory of this process"),
  "process.cpu.time": total("s", "CPU time that this process has used", { "cpu.mode": "user, system" }),
} as const satisfies Record<string, MetricSpec>;

export type MetricName = keyof typeof metrics;
type NamesOf<Kind extends MetricSpec["kind"]> = {
  [Name in MetricName]: (typeof metrics)[Name]["kind"] extends Kind ? Name : never;
}[MetricName];
export type HistogramName = NamesOf<"histogram">;
export type CounterName = NamesOf<"counter">;
export type GaugeName = NamesOf<"gauge" | "total">;
/** None for a metric without labels, whose type could have any. */
type LabelNames<Name extends MetricName> = KnownKeys<(typeof metrics)[Name]["labels"]>;
type KnownKeys<T> = string extends keyof T ? never : keyof T;
/** Exactly the labels that the table allows for the metric. */
export type LabelsOf<Name extends MetricName> = [LabelNames<Name>] extends [never]
  ? Readonly<Record<string, never>>
  : { readonly [Label in LabelNames<Name>]: string | number };

export const spans = {
  request: {
    name: "{http.request.method} {http.route}",
    description: "One HTTP request, a child of the caller's span",
  },
  ask: { name: "ask {actor.kind}", description: "A command from its publication in COMMANDS to its answer" },
  turn: {
    name: "turn",
    description: "One turn; child of its first sampled command, linked to every one",
  },
  append: { name: "append", description: "The conditional append of the turn record to EVENTS" },
  decide: {
    name: "decide",
    description: "One command's share of its turn, in the trace of its own request; linked to the turn",
  },
  project: {
    name: "project",
    description: "The transaction that made the turn's rows, once in each request's trace",
  },
} as const satisfies Record<string, { readonly name: string; readonly description: string }>;
