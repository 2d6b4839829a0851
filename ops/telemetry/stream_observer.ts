import type { Instruments } from "./instruments.ts";

export interface StreamSize {
  readonly stream: string;
  readonly bytes: number;
  readonly messages: number;
  /** Absent where the disk is the limit. */
  readonly bytesMax?: number;
}

/** Tells what the streams hold, as it was when it was last asked. */
export function observeStreams(measure: Instruments): (sizes: readonly StreamSize[]) => void {
  let known: readonly StreamSize[] = [];
  measure.gauge("waybill.stream.size", (tell) => {
    for (const { stream, bytes } of known) tell(bytes, { stream });
  });
  measure.gauge("waybill.stream.limit", (tell) => {
    for (const { stream, bytesMax } of known) if (bytesMax !== undefined) tell(bytesMax, { stream });
  });
  measure.gauge("waybill.stream.messages", (tell) => {
    for (const { stream, messages } of known) tell(messages, { stream });
  });
  return (sizes) => void (known = sizes);
}
