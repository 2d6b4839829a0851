import type { Broker } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { Signal } from "../host/signal.ts";
import type { Partition } from "../partition_map.ts";
import type { Runtime } from "../runtime.ts";
import { assignment } from "./assignment.ts";
import { ClusterView } from "./cluster_view.ts";
import { type MemberRole, Members } from "./members.ts";

/** What is done for one partition: `done` ends after `stop`, or rejects. */
export interface Share {
  readonly done: Promise<unknown>;
  stop(): void;
}

export interface SharesOptions {
  readonly broker: Broker;
  readonly runtime: Runtime;
  readonly role: MemberRole;
  readonly name: string;
  start(partition: Partition): Share;
}

const lookMs = 200, retryMs = 1_000;
/** Somebody else did it meanwhile: no reason to give up, only to look again whose it is. */
const fenced: readonly string[] = ["projection.fenced", "partition.fenced"] satisfies Fault["code"][];

/**
 * Divides the work on partitions among processes of one role, for work that is fenced by its own position and so may for a moment be
 * done by two.
 */
export class Shares {
  readonly #options: SharesOptions;
  readonly #members: Members;
  readonly #view: ClusterView;
  readonly #signal = new Signal();
  readonly #running = new Map<number, Share>();
  #stopped = false;
  #defect: { readonly error: unknown } | undefined;

  constructor(options: SharesOptions) {
    const { broker, runtime, role, name } = options;
    this.#options = options;
    this.#members = new Members(broker, runtime, { role, name });
    this.#view = new ClusterView(broker, [this.#members], this.#signal.wake);
  }

  /** The partitions that are worked on here. */
  get partitions(): number[] {
    return [...this.#running.keys()];
  }

  /** Returns after `stop`; throws when a share cannot go on. */
  async run(): Promise<void> {
    const background = [this.#view.run(), this.#members.run(), this.#look()];
    for (const one of background) one.catch((error) => this.#fail(error));
    while (!this.#stopped && !this.#defect) {
      await this.#signal.wait();
      if (!this.#stopped && this.#members.known) this.#settle();
    }
    await this.#members.stop({ silent: this.#defect !== undefined });
    await Promise.allSettled([...this.#running].map(([partition]) => this.#end(partition)));
    await this.#view.stop();
    await Promise.allSettled(background);
    if (this.#defect) throw this.#defect.error;
  }

  stop(): void {
    this.#stopped = true;
    this.#signal.wake();
  }

  #settle(): void {
    const partitions = this.#view.map?.map.partitions ?? [];
    const owners = assignment(partitions.map(({ partition }) => partition), this.#members.eligible());
    for (const one of partitions) {
      const { partition } = one, ours = owners.get(partition) === this.#options.name;
      if (ours && !this.#running.has(partition)) this.#start(one);
      // How it ends is heard where it was started.
      if (!ours && this.#running.has(partition)) this.#end(partition).catch(() => {});
    }
  }

  #start(partition: Partition): void {
    const share = this.#options.start(partition), number = partition.partition;
    this.#running.set(number, share);
    const gone = () => {
      this.#running.delete(number);
      this.#signal.wake();
    };
    share.done.then(gone, async (error) => {
      if (!(error instanceof Fault && fenced.includes(error.code))) this.#fail(error);
      await this.#options.runtime.sleep(retryMs);
      gone();
    });
  }

  async #end(partition: number): Promise<void> {
    const share = this.#running.get(partition);
    share?.stop();
    await share?.done;
  }

  async #look(): Promise<void> {
    while (!this.#stopped && !this.#defect) {
      await this.#options.runtime.sleep(lookMs);
      this.#signal.wake();
    }
  }

  #fail(error: unknown): void {
    this.#defect ??= { error };
    this.#signal.wake();
  }
}
