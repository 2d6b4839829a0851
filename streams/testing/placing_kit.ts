import { accept, type AnyActor } from "../../actors/actor.ts";
import { actorId } from "../../actors/ids.ts";
import { type Operation, streamNames, subjects } from "../record.ts";
import { decodePersonal } from "../retention/personal_message.ts";
import { PersonalCopier } from "../retention/personal.ts";
import { systemRuntime } from "../system_runtime.ts";
import { PartitionKit } from "./partition_kit.ts";
import { toy } from "./toys.ts";

/** Orders as far as the log is concerned: they are placed, and that is all. */
const orders: AnyActor = {
  ...toy,
  kind: "order",
  decide: () => accept([{ type: "order.placed", version: 1, data: { personal: true, lines: [] } }]),
  evolve: (state) => state,
};
const order = (key: string) => actorId("order", key);

/** Places orders that come with personal data, which a copier copies once they are decided. */
export class PlacingKit {
  readonly kit = new PartitionKit();
  readonly copier: PersonalCopier;
  #copying: Promise<void> | undefined;
  #placed = 0;

  constructor() {
    this.kit.actors = { order: orders };
    const limits = { gatherMs: 5, idleMs: 5, retryMs: 5 }, { broker } = this.kit;
    this.copier = new PersonalCopier({ broker, runtime: systemRuntime("test"), partition: 0, limits });
  }

  /** Starts the partition's host and its copier; answers with what stops both. */
  async start(): Promise<() => Promise<void>> {
    const host = await this.kit.start({ headEveryMs: 1_000 });
    this.#copying = this.copier.run();
    return async () => {
      await host.stop();
      await this.copier.stop();
      await this.#copying;
    };
  }

  /** The sequence in COMMANDS. */
  async place(key: string): Promise<number> {
    const id = `place-${++this.#placed}`, to = order(key);
    const command = { id, to, atMs: 1, edge: "edge", command: { type: "place" }, personal: `of ${key}` };
    const payload = new TextEncoder().encode(JSON.stringify({ format: 1, commands: [command] }));
    const outcome = await this.kit.broker.publish(subjects.commands(0), payload, { ackMsMax: 100 });
    if (outcome.kind !== "stored") throw new Error(`Cannot place: ${outcome.kind}`);
    return outcome.sequence;
  }

  operate(does: Operation["does"], key: string): Promise<string[]> {
    return this.kit.send([
      order(key),
      { type: "operator", does, by: "ada", why: "a test" } as { type: string },
    ]);
  }

  /** All that PERSONAL holds. */
  async people(): Promise<unknown[]> {
    const { broker } = this.kit, { lastSequence } = await broker.info(streamNames.personal);
    const people: unknown[] = [];
    for (let sequence = 1; sequence <= lastSequence; sequence++) {
      const stored = await broker.at(streamNames.personal, sequence);
      if (stored) people.push(...decodePersonal(stored).items.map(({ personal }) => personal));
    }
    return people;
  }
}
