import { counted, gauge, toldBy, total } from "../metric_kinds.ts";

const reader = "projector, personal, stock_view, copier, notifications, webhooks";
const lagging = {
  reader: "projector, personal, copier, notifications, webhooks",
  partition: "the number of partitions",
};
const projection = {
  projection: "the schemas of the projections, those of personal data, notifications and webhooks among them",
  partition: "the number of partitions",
};
const stream = { stream: "COMMANDS, EVENTS, SNAPSHOTS, PERSONAL, CALLBACKS, REGISTRY" };

/** Of whoever follows the log. */
export const readerMetrics = {
  ...toldBy(["edge", "projector", "deliver"], {
    "waybill.reader.interrupted": counted(
      "{event}",
      "Times that a reader of the log had to wait for the log or the database, by fault code",
      { reader: reader, code: "the fault codes" },
    ),
    "waybill.reader.stopped": counted(
      "{event}",
      "Times that a reader of the log stopped because trying again cannot help, by fault code",
      {
        reader: reader,
        code: "the fault codes, or defect",
      },
    ),
  }),
  ...toldBy(["projector", "deliver"], {
    "waybill.reader.lag.records": gauge(
      "{record}",
      "Records that a reader has not done with yet: at most so many, because other partitions' count, too",
      lagging,
    ),
    "waybill.reader.lag.time": gauge(
      "s",
      "Age of the oldest record that a reader has not done with yet; 0 when there is none. Of the projector: those in front",
      lagging,
    ),
    "waybill.projection.lag.records": gauge(
      "{record}",
      "Records that the rows of a projection do not hold yet: at most so many, because other partitions' count, too",
      projection,
    ),
    "waybill.projection.stopped": gauge(
      "{projection}",
      "Whether a projection stands before a record that it could not apply: 1, else 0",
      projection,
    ),
    "waybill.projection.paused": gauge(
      "{projection}",
      "Whether an operator lets a projection rest: 1, else 0",
      projection,
    ),
  }),
};

/** Of what the log takes, and may take, on disk. */
export const streamMetrics = toldBy(["host", "projector", "deliver"], {
  "waybill.stream.size": gauge("By", "What a stream of the log holds", stream),
  "waybill.stream.limit": gauge(
    "By",
    "What a stream may hold at most; absent where the disk is the limit",
    stream,
  ),
  "waybill.stream.messages": gauge("{message}", "Messages in a stream of the log", stream),
});

export const carrierSettings = toldBy(["edge", "deliver"], {
  "waybill.carrier.misconfigured": gauge(
    "{carrier}",
    "Carriers for which something is not done, because a setting cannot be used: 1 for each",
    {
      carrier: `the carriers that have an adapter, and none for a variable that is no carrier's`,
      work: "proof, reading, polling",
    },
  ),
});

/** Of every process. */
export const processMetrics = toldBy(["edge", "host", "projector", "deliver"], {
  "waybill.ready": gauge("{process}", "Whether this process says at /readyz that it works: 1, else 0"),
  "waybill.partitions": gauge("{partition}", "Partitions of the log, as the partition map has them"),
  "waybill.read_only": gauge("{system}", "Whether this process takes the system for read-only: 1, else 0"),
  "process.memory.usage": gauge("By", "Resident memory of this process"),
  "process.cpu.time": total("s", "CPU time that this process has used", { "cpu.mode": "user, system" }),
});
