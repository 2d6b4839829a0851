import type { Broker } from "../broker/broker.ts";
import { type Mark, streamNames, subjects } from "../record.ts";
import { decodeSends } from "../record_text.ts";
import type { Runtime } from "../runtime.ts";
import type { Agenda, Alarm } from "./agenda.ts";
import type { Origin, PartitionState } from "./partition_state.ts";
import { splitLimits } from "./passing_on.ts";

/**
 * Lets timers fire only behind everything that was accepted before they were due: a timer waits until the partition has read past the
 * head that COMMANDS had at or after its due time (DESIGN 6).
 */
export class TimerGate {
  readonly #broker: Broker;
  readonly #runtime: Runtime;
  readonly #partition: number;
  /** Commands up to this place had arrived when timers due until then were looked at. */
  #sequence = 0;
  #untilMs = 0;

  constructor(broker: Broker, runtime: Runtime, partition: number) {
    this.#broker = broker;
    this.#runtime = runtime;
    this.#partition = partition;
  }

  /** True when timers are due and may fire in a turn that begins in this state. */
  async open({ agenda, read, origins }: PartitionState, heardUntil: Mark | undefined): Promise<boolean> {
    const dueMs = agenda.nextDueMs(), nowMs = this.#runtime.nowMs();
    if (dueMs === undefined || dueMs > nowMs) return false;
    if (dueMs > this.#untilMs) {
      for (const origin of origins) {
        if (nowMs - origin.atMs >= splitLimits.passingOnMs) break; // Those behind it are older.
        if (!await this.#allPassedOn(origin, heardUntil)) return false;
      }
      const last = await this.#broker.last(streamNames.commands, subjects.commands(this.#partition));
      this.#sequence = last?.sequence ?? 0;
      this.#untilMs = nowMs;
    }
    return read.sequence > this.#sequence || (read.sequence === this.#sequence && read.taken === read.of);
  }

  /** True when the partition that was split has decided or passed on all that it was sent, and we have heard it. */
  async #allPassedOn({ partition }: Origin, heardUntil: Mark | undefined): Promise<boolean> {
    const last = await this.#broker.last(streamNames.commands, subjects.commands(partition));
    const record = await this.#broker.last(streamNames.events, subjects.events(partition));
    if (!last || !record) return true;
    const { sequence, taken, of } = decodeSends(record).read.commands;
    const decided = sequence > last.sequence || (sequence === last.sequence && taken === of);
    return decided && (heardUntil?.sequence ?? 0) >= record.sequence;
  }

  due(agenda: Agenda, countMax: number): Alarm[] {
    return agenda.due(this.#untilMs, countMax);
  }
}
