/** What may go wrong with one publish, chosen by a test or a simulation. */
export type PublishFault =
  /** Stored, but the ack does not arrive. */
  | "lose-ack"
  /** Never arrives at the server. */
  | "lose-message"
  /** Arrives after the caller gave up on it. */
  | "delay";

export interface MemoryOptions {
  /** Milliseconds since 1970, as the server knows them. */
  readonly nowMs?: () => number;
  /** Runs a delivery or an answer a little later; a simulation decides when and in which order. */
  readonly later?: (run: () => void) => void;
  /** Runs something after a time; only lost acks and delayed messages need it. */
  readonly after?: (ms: number, run: () => void) => void;
  readonly publishFault?: (subject: string, payload: Uint8Array) => PublishFault | undefined;
  /** True: this core message is lost. */
  readonly dropCore?: (subject: string) => boolean;
  readonly payloadBytesMax?: number;
}
