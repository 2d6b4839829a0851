import { nodeArgs, runProgram } from "./child.ts";

/** What one partition costs that has a long past. */
export interface LongPastResult {
  readonly orders: number;
  readonly skus: number;
  /** From the start of the host's process until a question is decided; after a clean stop, and after kill -9. */
  readonly openSeconds: number;
  readonly killedOpenSeconds: number;
  /** Resident memory of the host: once open, and at most while `laterOrders` more orders came. */
  readonly openMemoryMiB: number;
  readonly laterOrders: number;
  readonly laterMemoryMiB: number;
}

export interface LongPastTask {
  readonly dataDir: string;
  readonly orders: number;
  readonly skus: number;
}

/** Runs in a program of its own, on Node: finding nats-server takes a lock, which asks for more than this command may. */
export async function measureLongPast(
  task: LongPastTask,
  say: (line: string) => void,
): Promise<LongPastResult> {
  say(`long past: deciding ${task.orders} orders over ${task.skus} SKUs`);
  return JSON.parse(
    await runProgram(nodeArgs("long_past_program.ts", JSON.stringify(task))),
  ) as LongPastResult;
}
