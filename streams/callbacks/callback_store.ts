import { Buffer } from "node:buffer";
import type { Broker, PublishOutcome } from "../broker/broker.ts";
import { createLane, type Packable, type PackLimits, type Published } from "../edge/lane.ts";
import { subjects } from "../record.ts";
import type { Runtime } from "../runtime.ts";
import { type Callback, encodeCallback } from "./callback_pack.ts";

export interface CallbackLimits extends PackLimits {
  readonly waitingMax: number;
  readonly waitingBytesMax: number;
  /** Not even sent for so long (no connection): given up, and the carrier calls again. */
  readonly queuedMsMax: number;
}

export const callbackLimits: CallbackLimits = {
  packBytesMax: 1024 * 1024,
  packCountMax: 500,
  publishesInFlightMax: 2,
  gatherCountMax: 16,
  gatherMs: 1,
  ackMsMax: 5_000,
  waitingMax: 10_000,
  waitingBytesMax: 128 * 1024 * 1024,
  queuedMsMax: 2_000,
};

/** `refused`: not kept as far as we know; calling again is safe, because a parcel takes each scan once. */
export type Kept = { readonly kind: "stored" } | { readonly kind: "refused"; readonly why: string };

export interface CallbackStore {
  /** Resolves once the callback is durable. */
  keep(callback: Callback): Promise<Kept>;
  /** How many wait for that. */
  waiting(): number;
  stop(): void;
}

const tendMs = 50;

/** Raw bodies on their way into CALLBACKS: those that come together share a message, and so an fsync. */
export function createCallbackStore({ broker, runtime, limits = callbackLimits, published }: {
  readonly broker: Broker;
  readonly runtime: Pick<Runtime, "elapsedMs" | "after">;
  readonly limits?: CallbackLimits;
  readonly published?: (event: Published) => void;
}): CallbackStore {
  const options = { broker, subject: subjects.callbacks, limits, runtime };
  const lane = createLane({ ...options, packName: "callbacks", ...(published && { published }) });
  const waiting = new Set<Keeping>();
  let waitingBytes = 0, stopped = false;
  const tend = () => {
    const nowMs = runtime.elapsedMs();
    for (const one of waiting) one.checkPatience(nowMs);
    lane.tend();
    if (waiting.size > 0) runtime.after(tendMs, tend);
  };
  const keep = (callback: Callback): Promise<Kept> => {
    if (stopped || waiting.size >= limits.waitingMax || waitingBytes >= limits.waitingBytesMax) {
      return Promise.resolve({ kind: "refused", why: "too many callbacks wait to be stored" });
    }
    return new Promise((resolve) => {
      const untilMs = runtime.elapsedMs() + limits.queuedMsMax;
      const one = new Keeping(encodeCallback(callback), untilMs, (kept) => {
        waiting.delete(one);
        waitingBytes -= one.bytes;
        resolve(kept);
      });
      if (waiting.size === 0) runtime.after(tendMs, tend);
      waiting.add(one);
      waitingBytes += one.bytes;
      lane.add(one);
    });
  };
  const stop = () => {
    stopped = true;
    for (const one of [...waiting]) one.end("the edge is stopping");
  };
  return { keep, waiting: () => waiting.size, stop };
}

class Keeping implements Packable {
  readonly json: string;
  readonly bytes: number;
  readonly #untilMs: number;
  readonly #settle: (kept: Kept) => void;
  #progress: "queued" | "sent" | "settled" = "queued";

  constructor(json: string, untilMs: number, settle: (kept: Kept) => void) {
    this.json = json;
    this.bytes = Buffer.byteLength(json);
    this.#untilMs = untilMs;
    this.#settle = settle;
  }

  wanted(): boolean {
    return this.#progress === "queued";
  }
  sent(): void {
    this.#progress = "sent";
  }
  done({ kind }: PublishOutcome): void {
    if (kind === "stored") this.#end({ kind: "stored" });
    else this.end(kind === "unknown" ? "the log did not acknowledge it" : `the log refused it (${kind})`);
  }
  checkPatience(nowMs: number): void {
    if (this.#progress === "queued" && nowMs >= this.#untilMs) this.end("the log is out of reach");
  }
  end(why: string): void {
    this.#end({ kind: "refused", why });
  }
  #end(kept: Kept): void {
    if (this.#progress === "settled") return;
    this.#progress = "settled";
    this.#settle(kept);
  }
}
