import { amounts, bytes, counted, gauge, seconds, toldBy } from "../metric_kinds.ts";

const partition = "the number of partitions";
const kinds = "the kinds of actors";

/** What the role host tells: it decides. */
export const hostMetrics = toldBy(["host"], {
  "waybill.turn.duration": seconds(
    "Time from the start of a turn until its record is durable, by how the append ended",
    { outcome: "stored, conflict" },
  ),
  "waybill.turn.decide.duration": seconds("Time that a turn spends deciding"),
  "waybill.turn.append.duration": seconds(
    "Time that the log takes to acknowledge a turn record, by outcome",
    { outcome: "stored, conflict" },
  ),
  "waybill.appends": counted(
    "{append}",
    "Tries to append a turn record, by outcome: unknown and contended are tried again, conflict means that another host owns the partition",
    { outcome: "stored, conflict, contended, full, unknown" },
  ),
  "waybill.events": counted("{event}", "Events that became durable, by type: orders, stock, parcels, money", {
    type: "the types of events, as /asyncapi.json lists them",
  }),
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
  "waybill.partition.open": gauge(
    "{partition}",
    "Partitions that this host has, and that answer: 1 for each",
    {
      partition,
    },
  ),
  "waybill.commands.age": gauge(
    "s",
    "How long the oldest command has waited that has arrived and is not decided; 0 when there is none",
    { partition },
  ),
  "waybill.commands.lag": gauge(
    "{message}",
    "COMMANDS messages after the last one that the partition has decided; other partitions' count, too",
    {
      partition,
    },
  ),
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
  "waybill.paused": gauge("{actor}", "Actors and kinds of actors that an operator has paused", { partition }),
  "waybill.parked": gauge(
    "{message}",
    "Commands and messages that wait for actors that are stopped or paused",
    { partition },
  ),
});
