import type { Stored } from "../../streams/broker/broker.ts";
import { hashOf } from "../../streams/hash.ts";
import { Chains } from "../../streams/reading/chains.ts";
import { decodeRecord, decodeStart, type RecordStart } from "../../streams/record_text.ts";
import { Check, type CheckReport } from "../invoices/check.ts";

type Progress = Pick<RecordStart, "atMs" | "read">;
const nothing: Progress = {
  atMs: 0,
  read: { commands: { sequence: 0, hash: "", taken: 0, of: 0 }, peers: { sequence: 0, hash: "" } },
};

/** The log itself: whether each partition's records are a chain that goes forward. Of most records only the start is parsed. */
export class LogAudit {
  readonly #chain = new Check("log: each record has the hash of the one before it");
  readonly #forward = new Check("log: neither its time nor how far it has read goes back");
  readonly #chains = new Chains([], { fromBeginning: true });
  readonly #progress = new Map<number, Progress>();
  /** Of each partition. */
  readonly #last = new Map<number, Stored>();

  /** Returns when the record was made, milliseconds since 1970. */
  take(stored: Stored): number {
    const { sequence, payload } = stored, record = decodeStart(stored), { partition, atMs, read } = record;
    const missed = this.#chains.missedBy(record), after = this.#chains.endOf(partition)?.sequence;
    this.#chain.expect(
      missed === undefined,
      () => `record ${sequence} of partition ${partition} does not follow the record ${after} that is there`,
    );
    this.#forward.expect(
      goesForward(this.#progress.get(partition) ?? nothing, { atMs, read }),
      () => `record ${sequence} of partition ${partition}, after ${after}`,
    );
    this.#chains.goOnFrom(record, { sequence, hash: hashOf(payload) });
    this.#progress.set(partition, { atMs, read });
    this.#last.set(partition, stored);
    // The child's log goes on from here, and it reads COMMANDS of its own.
    if (record.split !== undefined) {
      this.#progress.set(record.split.child, { atMs, read: { ...nothing.read, peers: read.peers } });
    }
    return atMs;
  }

  /** Throws where a partition's last record cannot be read: what no later record has the hash of is parsed whole. */
  expectEndsReadable(): void {
    for (const stored of this.#last.values()) decodeRecord(stored);
  }

  reports(): CheckReport[] {
    return [this.#chain, this.#forward].map((check) => check.report());
  }
}

function goesForward(before: Progress, { atMs, read }: Progress): boolean {
  const { commands, peers } = before.read;
  const forth = read.commands.sequence > commands.sequence ||
    (read.commands.sequence === commands.sequence && read.commands.taken >= commands.taken);
  return forth && read.peers.sequence >= peers.sequence && atMs >= before.atMs;
}
