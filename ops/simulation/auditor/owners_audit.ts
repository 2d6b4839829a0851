import { memberLimits } from "../../../streams/cluster/members.ts";
import { promised } from "./violation.ts";

/** Clocks of processes run at different rates, within what is tolerated. */
const toleratedShare = 1.02;

/** Whether a host may answer: only as long as others cannot have taken it for dead. */
export class OwnersAudit {
  readonly #heardMs = new Map<string, number>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** A heartbeat that the host sent at this time was acknowledged. */
  heard(host: string, sentMs: number): void {
    this.#heardMs.set(host, Math.max(sentMs, this.#heardMs.get(host) ?? -Infinity));
  }
  /** The host sends answers. */
  answers(host: string, partition: number): void {
    const silentMs = this.#nowMs() - (this.#heardMs.get(host) ?? -Infinity);
    promised(
      "owner",
      silentMs <= memberLimits.freshMs * toleratedShare + 1,
      () =>
        `${host} answers for partition ${partition}, though the last heartbeat that was heard of it is ${silentMs} ms old`,
    );
  }
}
