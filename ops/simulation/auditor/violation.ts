/** The promises of DESIGN 10, as far as a simulation can break them. */
export const promises = {
  accepted: "an accepted command is decided exactly once, and never lost",
  oversold: "claims never exceed what is sellable",
  once: "a command takes effect once, and repeats get the first answer",
  linear: "an actor's history has no gap, and answers say what the log says",
  durable: "nobody is answered before the record is durable",
  whole: "a turn is all or nothing, with one writer and an unbroken chain",
  shipped: "a parcel leaves whole or not at all, and its order knows what becomes of it",
  told: "what a carrier sent and was kept is told its parcel, and nothing else",
  money: "what leaves is invoiced once, numbers have no gap, and no more is given back than was taken",
  rows: "rows equal the fold of the log at their position",
  timers: "a timer fires once, when it is due, behind what was accepted before",
  loss: "when the storage loses something, the partition stops and says so",
  messages: "a message between partitions is taken once, in order",
  owner: "a host does not answer when others may have taken it for dead",
  settles: "once faults end, everything settles",
  defects: "no host or projector ends without a reason that the faults explain",
} as const;
export type PromiseName = keyof typeof promises;

/** A promise was broken. */
export class Violation extends Error {
  override readonly name = "Violation";
  readonly promise: PromiseName;
  constructor(promise: PromiseName, facts: string) {
    super(facts);
    this.promise = promise;
  }
}

export function promised(promise: PromiseName, holds: boolean, facts: () => string): asserts holds {
  if (!holds) throw new Violation(promise, facts());
}
