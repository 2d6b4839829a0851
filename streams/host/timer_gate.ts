import type { Broker } from "../broker/broker.ts";
import { type CommandMark, streamNames, subjects } from "../record.ts";
import type { Runtime } from "../runtime.ts";
import type { Agenda, Alarm } from "./agenda.ts";

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

  /** True when timers are due and may fire in a turn that begins with this position. */
  async open(agenda: Agenda, read: CommandMark): Promise<boolean> {
    const dueMs = agenda.nextDueMs(), nowMs = this.#runtime.nowMs();
    if (dueMs === undefined || dueMs > nowMs) return false;
    if (dueMs > this.#untilMs) {
      const last = await this.#broker.last(streamNames.commands, subjects.commands(this.#partition));
      this.#sequence = last?.sequence ?? 0;
      this.#untilMs = nowMs;
    }
    return read.sequence > this.#sequence || (read.sequence === this.#sequence && read.taken === read.of);
  }

  due(agenda: Agenda, countMax: number): Alarm[] {
    return agenda.due(this.#untilMs, countMax);
  }
}
