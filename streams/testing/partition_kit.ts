import type { AnyActor } from "../../actors/actor.ts";
import type { ActorId } from "../../actors/ids.ts";
import type { Broker } from "../broker/broker.ts";
import { type MemoryOptions, MemoryServer } from "../broker/memory.ts";
import { withCalls } from "../broker/with_calls.ts";
import { hashOf } from "../hash.ts";
import { PartitionHost, partitionLimits } from "../host/partition_host.ts";
import { type HostObserver, unwatched } from "../host/observer.ts";
import type { PartitionLimits } from "../host/partition.ts";
import type { Standby } from "../host/standby.ts";
import {
  type CommandPack,
  type Entry,
  type Reply,
  type ReplyPack,
  streamNames,
  subjects,
  type TurnRecord,
} from "../record.ts";
import type { Runtime } from "../runtime.ts";
import { ensureStreams } from "../streams.ts";
import { systemRuntime } from "../system_runtime.ts";
import { toys } from "./toys.ts";

/** A server in memory, hosts that can be killed, and an edge that packs what it is told to. */
export class PartitionKit {
  readonly server: MemoryServer;
  readonly replies = new Map<string, Reply[]>();
  readonly faults: string[] = [];
  readonly observed: string[] = [];
  nowMs = 1_000_000;
  /** The actors of hosts that are started from now on. */
  actors: { readonly [kind: string]: AnyActor } = toys;
  /** What hosts that are started from now on see differently of the log. */
  disturb: (broker: Broker) => Partial<Broker> = () => ({});
  /** What followed the partition for the host that is started next. */
  standby: Standby | undefined;
  /** Who watches the turns of hosts that are started from now on. */
  startTurn: HostObserver["startTurn"] = unwatched.startTurn;
  readonly #broker;
  #sent = 0;
  #ids = 0;

  constructor(options: MemoryOptions = {}) {
    this.server = new MemoryServer({ nowMs: () => this.nowMs, ...options });
    this.#broker = this.server.connect();
    this.#broker.receive(subjects.replies("edge"), (payload) => {
      for (const reply of (JSON.parse(new TextDecoder().decode(payload)) as ReplyPack).replies) {
        this.replies.set(reply.id, [...(this.replies.get(reply.id) ?? []), reply]);
      }
    });
  }

  get broker() {
    return this.#broker;
  }

  async start(limits: Partial<PartitionLimits> = {}, name = "host"): Promise<RunningHost> {
    await ensureStreams(this.#broker, 1);
    const broker = this.server.connect();
    const disturbed = withCalls(broker, this.disturb(broker));
    const runtime: Runtime = {
      ...systemRuntime("test"),
      nowMs: () => this.nowMs,
      newId: () => `${name}-${++this.#ids}`,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 10))),
    };
    const observer: HostObserver = {
      ...unwatched,
      startTurn: (start) => this.startTurn(start),
      stopped: ({ code, reason }) => void this.faults.push(`${code}: ${reason}`),
      reopening: ({ code, reason }) => void this.observed.push(`reopening ${code}: ${reason}`),
      checkpoint: ({ outcome }) => void this.observed.push(`checkpoint ${outcome}`),
      opened: ({ tail }) => void this.observed.push(`opened ${tail}`),
      fenced: () => void this.observed.push("fenced"),
    };
    const host = new PartitionHost(
      {
        broker: disturbed,
        runtime,
        observer,
        actors: this.actors,
        name,
        limits: { ...partitionLimits, tickMs: 5, ...limits },
        ...(this.standby && { standby: this.standby }),
      },
      0,
    );
    const running = host.run();
    return {
      host,
      stop: async () => {
        host.stop();
        await running;
        await broker.close();
      },
      kill: async () => {
        broker.cut();
        host.stop({ abandon: true });
        await running.catch(() => undefined); // It dies in whatever it was doing.
      },
      broker,
      running,
    };
  }

  /** Publishes the commands as one pack; their ids. */
  async send(...commands: [ActorId, { readonly type: string }][]): Promise<string[]> {
    const ids = commands.map(() => `c${++this.#sent}`);
    const pack: CommandPack = {
      format: 1,
      commands: commands.map(([to, command], i) => ({
        id: ids[i]!,
        to,
        atMs: this.nowMs,
        edge: "edge",
        command,
      })),
    };
    const payload = new TextEncoder().encode(JSON.stringify(pack));
    const outcome = await this.#broker.publish(subjects.commands(0), payload, { ackMsMax: 100 });
    if (outcome.kind !== "stored") throw new Error(`Cannot send: ${outcome.kind}`);
    return ids;
  }

  async records(): Promise<TurnRecord[]> {
    const { lastSequence } = await this.#broker.info(streamNames.events);
    const records: TurnRecord[] = [];
    let previous = { sequence: 0, hash: "" };
    for (let sequence = 1; sequence <= lastSequence; sequence++) {
      const stored = await this.#broker.at(streamNames.events, sequence);
      const record = JSON.parse(new TextDecoder().decode(stored!.payload)) as TurnRecord;
      expectChained(sequence, record, previous);
      records.push(record);
      previous = { sequence, hash: hashOf(stored!.payload) };
    }
    return records;
  }

  async entries(): Promise<Entry[]> {
    return (await this.records()).flatMap((record) => record.entries);
  }
}

export interface RunningHost {
  readonly host: PartitionHost;
  readonly broker: ReturnType<MemoryServer["connect"]>;
  readonly running: ReturnType<PartitionHost["run"]>;
  /** Drains, as SIGTERM does. */
  stop(): Promise<void>;
  /** Cuts it off and lets it go, as `kill -9` does. */
  kill(): Promise<void>;
}

function expectChained(at: number, record: TurnRecord, previous: { sequence: number; hash: string }): void {
  const { sequence, hash } = record.previous;
  if (sequence !== previous.sequence || hash !== previous.hash) {
    throw new Error(`Record ${at} is not chained`);
  }
}
