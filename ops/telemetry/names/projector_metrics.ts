import { amounts, counted, gauge, seconds, toldBy } from "../metric_kinds.ts";

const carrier = "the carriers that have an adapter";

/** What the role projector tells: it turns the log into rows. */
export const projectorMetrics = toldBy(["projector"], {
  "waybill.projector.batch.records": amounts("{record}", "Turn records in one projection transaction"),
  "waybill.projector.batch.events": amounts("{event}", "Events in one projection transaction"),
  "waybill.projector.batch.duration": seconds("Time of one projection transaction, by outcome", {
    outcome: "stored, fenced, failed",
  }),
  "waybill.copier.copied": counted("{message}", "Personal parts copied to PERSONAL"),
  "waybill.copier.records": counted(
    "{record}",
    "Turn records that the copier has taken in; beside the log's growth it shows how far it is behind",
  ),
  "waybill.copier.missing": counted(
    "{message}",
    "Personal parts that were gone from COMMANDS before they were copied",
  ),
  "waybill.commands.held": gauge(
    "s",
    "Age of the oldest command that is due to be trimmed and is still needed: it is not decided or not copied; 0 when there is none",
  ),
  "waybill.estimates": counted("{estimate}", "Estimates of delivered parcels, by how they turned out", {
    carrier,
    stage: "first, hand_over, last",
    source: "carrier, lane",
    result: "on_time, early, late",
  }),
  "waybill.backup.finished": gauge(
    "s",
    "When the last backup ended, in seconds since 1970; absent where there never was one",
  ),
  "waybill.verify.finished": gauge("s", "When the last verification ended, in seconds since 1970"),
  "waybill.verify.findings": gauge("{finding}", "What the last verification found wrong, by kind of check", {
    check: "the kinds of checks: log, versions, stock, claims, those of invoices, snapshots, rows",
  }),
});
