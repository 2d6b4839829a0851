import { parentPort, workerData } from "node:worker_threads";
import { Fault, type FaultCode } from "../../streams/faults.ts";
import { EventsAudit, type Recorded, type Seen, type ShareName } from "./events_audit.ts";

/** What a thread audits. */
export interface ShareOrder {
  readonly name: ShareName;
  readonly chance: number;
}
/** A record as it is given to a thread. Its bytes in a buffer: Deno looks at each byte of an array that it hands over. */
export type Given = Omit<Recorded, "payload"> & { readonly bytes: ArrayBuffer };
export type Question =
  | { readonly asks: "take"; readonly records: readonly Given[] }
  | { readonly asks: "sampled" }
  /** `seen` as JSON. */
  | { readonly asks: "compare"; readonly json: string }
  | { readonly asks: "awaited" }
  | { readonly asks: "explain"; readonly explained: readonly string[] }
  | { readonly asks: "summary" };
/** In the order of the questions. An error keeps its kind, and what it says. */
export type Answer =
  | { readonly value: unknown }
  | { readonly error: { readonly message: string; readonly code?: FaultCode } };

const { name, chance } = workerData as ShareOrder;
const audit = new EventsAudit(name, chance);

parentPort!.on("message", (question: Question) => parentPort!.postMessage(answerTo(question)));

function answerTo(question: Question): Answer {
  try {
    return { value: valueOf(question) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { error: { message, ...(error instanceof Fault && { code: error.code }) } };
  }
}

function valueOf(question: Question): unknown {
  switch (question.asks) {
    case "take":
      return audit.take(
        question.records.map(({ bytes, ...record }) => ({ ...record, payload: new Uint8Array(bytes) })),
      );
    case "sampled":
      return audit.sampled();
    case "compare":
      return audit.compare(JSON.parse(question.json) as Seen[]);
    case "awaited":
      return audit.awaited();
    case "explain":
      return audit.explain(question.explained);
    case "summary":
      return audit.summary();
  }
}
