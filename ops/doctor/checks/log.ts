import type { Broker } from "../../../streams/broker/broker.ts";
import { connectJetStream } from "../../../streams/broker/jetstream.ts";
import { memberLimits } from "../../../streams/cluster/members.ts";
import { type LogStatus, type PartitionStatus, readStatus } from "../../../streams/cluster/status.ts";
import { Fault } from "../../../streams/faults.ts";
import { streamConfigs } from "../../../streams/streams.ts";
import type { FoundSystem } from "../../cli/find_system.ts";
import { type Check, ok, type Said, type Setup, warning, wrong } from "../finding.ts";
import { counted } from "../../cli/counted.ts";

const connectMsMax = 8_000, waitingMsMax = 30_000, fullShare = 0.8;

/** Looks at the log of the system that is found; where it cannot be reached at all, the check of NATS tells so. */
export async function withLog(
  { system }: Setup,
  look: (broker: Broker) => Promise<readonly Said[]>,
): Promise<readonly Said[]> {
  const broker = system && await reached(system);
  if (broker === undefined) return [];
  try {
    return await look(broker);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [warning(error.message, "Ask as the NATS user operator, who may look at everything.")];
  } finally {
    await broker.close();
  }
}

async function reached({ natsUrl, natsAccess }: FoundSystem): Promise<Broker | undefined> {
  const servers = natsUrl.split(",").map((one) => one.trim());
  try {
    return await connectJetStream({ servers, name: "waybill doctor", connectMsMax, ...natsAccess });
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** Who works on the log, whether every partition is somebody's, and whether its commands are taken. */
export const logCheck: Check = {
  name: "log",
  msMax: 25_000,
  look: (setup) => withLog(setup, look),
};

async function look(broker: Broker): Promise<Said[]> {
  const nowMs = Date.now(), status = await readStatus(broker, nowMs);
  if (status === undefined) return [wrong("there is no partition map", "Run npx waybill log init.")];
  const said = [
    ...membersIn(status, nowMs),
    ...status.partitions.flatMap(partitionSaid),
    ...fullness(status),
  ];
  const { length } = status.partitions;
  return said.some(({ verdict }) => verdict !== "ok")
    ? said
    : [ok(`${counted(length, "partition has", "partitions have")} a host, nothing waits`), ...said];
}

function membersIn({ members, partitions }: LogStatus, nowMs: number): Said[] {
  const here = members.filter(({ state, stampMs }) =>
    state !== "gone" && nowMs - stampMs < memberLimits.silenceMsMax * 2
  );
  const count = (role: string) => here.filter((one) => one.role === role).length;
  const missing = (["host", "projector", "deliver"] as const).filter((role) => count(role) === 0);
  const said = missing.map((role) =>
    wrong(`no process of role ${role} is alive`, `Start one: npx waybill run ${role}.`)
  );
  if (said.length > 0) return said;
  const numbers = [
    counted(count("host"), "host"),
    counted(count("projector"), "projector"),
    counted(count("deliver"), "deliverer"),
  ].join(", ");
  return [ok(`${counted(partitions.length, "partition")}; alive: ${numbers}`)];
}

function partitionSaid({ partition, host, behind, waitingMs }: PartitionStatus): Said[] {
  if (host === undefined) {
    return [
      wrong(
        `partition ${partition} has no host`,
        "Look at the log of a host: it says why it does not take it.",
      ),
    ];
  }
  if (behind === 0 || waitingMs < waitingMsMax) return [];
  const says = `commands of partition ${partition} have waited for ${Math.round(waitingMs / 1_000)} s`;
  return [
    wrong(says, "Look at the log and /readyz of its host: the partition has stopped, or cannot append."),
  ];
}

function fullness({ streams }: LogStatus): Said[] {
  const limits = new Map(streamConfigs(1).map(({ name, bytesMax }) => [name, bytesMax]));
  return streams.flatMap(({ name, bytes }) => {
    const most = limits.get(name);
    if (most === undefined || bytes < most * fullShare) return [];
    const says = `${name} is filled to ${Math.round(bytes / most * 100)} %`;
    return [
      warning(
        says,
        name === "COMMANDS"
          ? "See that a projector runs: it trims what all have read."
          : "The oldest go first: that may be what you want.",
      ),
    ];
  });
}
