import type { NatsConnection } from "nats";
import { z } from "zod";
import { streamConfigOf } from "../../../streams/broker/api.ts";
import { openLink } from "../../../streams/broker/link.ts";
import { Fault } from "../../../streams/faults.ts";
import { leaseLimits } from "../../../streams/host/lease.ts";
import { streamConfigs } from "../../../streams/streams.ts";
import { type Check, ok, reasonOf, type Said, warning, wrong } from "../finding.ts";
import { counted } from "../../cli/counted.ts";

const connectMsMax = 8_000, answerMsMax = 2_000;
/** Above it answers to "what is new since" begin to look strange; at the second a host lets go of its partitions. */
const clockMs = { warning: 500, wrong: leaseLimits.clockSkewMsMax };

const streamInfo = z.object({
  error: z.object({ description: z.string(), err_code: z.int().optional() }).optional(),
  config: z.looseObject({ num_replicas: z.int() }).optional(),
  cluster: z.object({
    leader: z.string().optional(),
    replicas: z.array(z.object({ name: z.string(), current: z.boolean(), offline: z.boolean().optional() }))
      .optional(),
  }).optional(),
  ts: z.string().optional(),
});
type StreamInfo = z.infer<typeof streamInfo>;

/** The log's servers: that they are there, new enough, and hold the streams as we want them. */
export const natsCheck: Check = {
  name: "NATS",
  msMax: 30_000,
  look: async ({ system, notFound }) => {
    if (system === undefined) {
      return [wrong(notFound ?? "no system is found", "Run npm start, or set NATS_URL and DATABASE_URL.")];
    }
    const servers = system.natsUrl.split(",").map((one) => one.trim());
    try {
      const link = await openLink({ servers, name: "waybill doctor", connectMsMax, ...system.natsAccess });
      try {
        return [versionOf(link.nc), ...await streamsOf(link.nc)];
      } finally {
        await link.close();
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const advice = error.code === "log.unsuitable"
        ? "Run nats-server 2.12 or newer with JetStream, configured as nats.conf is."
        : "See that the servers run, and that NATS_URL and the credentials are right.";
      return [wrong(error.message, advice)];
    }
  },
};

function versionOf(nc: NatsConnection): Said {
  const { version = "unknown", cluster } = nc.info ?? {};
  return ok(`nats-server ${version}${cluster === undefined ? "" : `, cluster ${cluster}`}, JetStream is on`);
}

async function streamsOf(nc: NatsConnection): Promise<Said[]> {
  const all: Said[] = [], found = new Map<string, StreamInfo>();
  for (const { name } of streamConfigs(1)) {
    const asked = Date.now(), info = await infoOf(nc, name);
    if ("unanswered" in info) {
      all.push(
        warning(
          `${name} cannot be looked at: ${info.unanswered}`,
          "Ask as the NATS user operator, who may look at everything.",
        ),
      );
      continue;
    }
    if (found.size === 0 && info.ts !== undefined) all.push(clockOf(Date.parse(info.ts), asked, Date.now()));
    found.set(name, info);
  }
  const missing = [...found].filter(([, info]) => info.error?.err_code === 10059).map(([name]) => name);
  if (missing.length > 0) {
    all.push(
      wrong(
        `streams are missing: ${missing.join(", ")}`,
        "Run npx waybill log init; if they were there before, restore a backup.",
      ),
    );
  }
  for (const [name, info] of found) all.push(...differences(name, info), ...replicasOf(name, info, nc));
  if (all.every(({ verdict }) => verdict === "ok")) {
    all.push(ok(`${counted(found.size, "stream is", "streams are")} there, as they should be`));
  }
  return all;
}

async function infoOf(
  nc: NatsConnection,
  stream: string,
): Promise<StreamInfo | { readonly unanswered: string }> {
  try {
    const answer = await nc.request(`$JS.API.STREAM.INFO.${stream}`, "", { timeout: answerMsMax });
    return streamInfo.parse(answer.json());
  } catch (error) {
    if (error instanceof z.ZodError) throw error;
    return { unanswered: reasonOf(error) };
  }
}

function differences(name: string, { config }: StreamInfo): Said[] {
  const wanted = streamConfigs(config?.num_replicas ?? 1).find((one) => one.name === name);
  if (config === undefined || wanted === undefined) return [];
  const differ = Object.entries(streamConfigOf(wanted))
    .filter(([key, value]) => JSON.stringify(config[key] ?? value) !== JSON.stringify(value))
    .map(([key, value]) => `${key} is ${JSON.stringify(config[key])}, not ${JSON.stringify(value)}`);
  if (differ.length === 0) return [];
  return [
    wrong(
      `stream ${name}: ${differ.join("; ")}`,
      "Run npx waybill log init with the same numbers: it brings limits up to date.",
    ),
  ];
}

function replicasOf(name: string, { config, cluster }: StreamInfo, nc: NatsConnection): Said[] {
  const replicas = config?.num_replicas ?? 1, nodes = nc.info?.connect_urls?.length ?? 1;
  if (config === undefined) return [];
  if (nc.info?.cluster !== undefined && nodes > 1 && replicas === 1) {
    return [
      warning(
        `stream ${name} is on one of ${nodes} servers only`,
        "Run npx waybill log init --replicas 3: a lost disk loses the log.",
      ),
    ];
  }
  if (replicas > 1 && !cluster?.leader) {
    return [
      wrong(
        `stream ${name} has no leader`,
        "See that more than half of the NATS servers run and reach each other.",
      ),
    ];
  }
  const behind = cluster?.replicas?.filter(({ current, offline }) => !current || offline === true) ?? [];
  return behind.map((one) =>
    warning(
      `stream ${name}: ${one.name} ${one.offline === true ? "is away" : "is behind"}`,
      "See why that NATS server is: one more loss stops the log.",
    )
  );
}

/** The server's clock read between the question and its answer. */
function clockOf(serverMs: number, askedMs: number, answeredMs: number): Said {
  const aheadMs = Math.round((askedMs + answeredMs) / 2 - serverMs), offMs = Math.abs(aheadMs);
  const says = `this clock and the log server's differ by ${offMs} ms`;
  const doubtMs = (answeredMs - askedMs) / 2;
  if (offMs - doubtMs > clockMs.wrong) return wrong(says, "Set both clocks by NTP: hosts refuse to run so.");
  return offMs - doubtMs > clockMs.warning ? warning(says, "Set both clocks by NTP.") : ok(says);
}
