/**
 * A body that is made as long as the client takes it; `bytesMax` of it are kept ready, because many clients send their whole body before
 * they read the answer. `left` hears of a client that goes.
 */
export function streamed(
  chunks: AsyncGenerator<string>,
  { bytesMax, report, left }: {
    readonly bytesMax: number;
    readonly report: (error: unknown) => void;
    readonly left?: AbortController;
  },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const next = await chunks.next();
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      } catch (error) {
        report(error); // The status is sent already: a broken stream is the only way to tell the client.
        controller.error(new Error("Cannot go on: the stream ended early"));
      }
    },
    async cancel() {
      left?.abort();
      await chunks.return(undefined);
    },
  }, { highWaterMark: bytesMax, size: (chunk) => chunk.byteLength });
}
