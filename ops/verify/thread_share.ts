import { Worker } from "node:worker_threads";
import type { ActorId } from "../../actors/ids.ts";
import { Fault } from "../../streams/faults.ts";
import type { Recorded, ShareName, Summary } from "./events_audit.ts";
import type { Share } from "./share.ts";
import type { Answer, Given, Question, ShareOrder } from "./share_worker.ts";

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** A share with a thread, and memory, of its own. */
export function threadShare(name: ShareName, chance: number): Share {
  const workerData: ShareOrder = { name, chance };
  const worker = new Worker(new URL("./share_worker.ts", import.meta.url), { workerData });
  const waiting: Waiting[] = [];
  let broken: unknown;
  const fail = (error: unknown) => {
    broken ??= error;
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  worker.on("message", (answer: Answer) => {
    const asker = waiting.shift()!;
    if ("value" in answer) asker.resolve(answer.value);
    else asker.reject(errorOf(answer.error));
  });
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error("Cannot verify on: the thread ended")));
  const ask = <T>(question: Question, transfer: ArrayBuffer[] = []): Promise<T> =>
    new Promise((resolve, reject) => {
      if (broken !== undefined) return reject(broken);
      waiting.push({ resolve: (value) => resolve(value as T), reject });
      worker.postMessage(question, transfer);
    });
  return {
    take: (records) => {
      const given = records.map(givenOf);
      return ask({ asks: "take", records: given }, given.map(({ bytes }) => bytes));
    },
    sampled: () => ask<readonly ActorId[]>({ asks: "sampled" }),
    compare: (seen) => ask({ asks: "compare", json: JSON.stringify(seen) }),
    awaited: () => ask<readonly string[]>({ asks: "awaited" }),
    explain: (explained) => ask({ asks: "explain", explained }),
    summary: () => ask<Summary>({ asks: "summary" }),
    stop: async () => void await worker.terminate(),
  };
}

/** A copy: its bytes are given away, and those of the original are of others as well. */
const givenOf = ({ subject, sequence, payload, atMs }: Recorded): Given => ({
  ...{ subject, sequence, atMs },
  bytes: new Uint8Array(payload).buffer,
});

function errorOf({ message, code }: Extract<Answer, { error: unknown }>["error"]): Error {
  return code === undefined ? new Error(message) : new Fault(code, message);
}
