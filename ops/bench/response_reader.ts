/**
 * Reads HTTP/1.1 responses off a socket, one after the other: status and where it ends. Only what a load generator needs, because
 * each microsecond it takes is taken from the system under test, which shares its two cores.
 */
export interface ResponseReader {
  /** Gives back the statuses of the responses that this chunk completed. */
  push(chunk: Buffer): number[];
}

/** No answer to an order is larger. */
const responseBytesMax = 4 * 1024 * 1024;

export function newResponseReader(): ResponseReader {
  let pending: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      if (pending.length > responseBytesMax) {
        throw new Error(`Cannot read response: longer than ${responseBytesMax} bytes`);
      }
      const statuses: number[] = [];
      for (;;) {
        const end = endOfResponse(pending);
        if (end === undefined) return statuses;
        statuses.push(Number(pending.toString("latin1", 9, 12)));
        pending = pending.subarray(end);
      }
    },
  };
}

function endOfResponse(bytes: Buffer): number | undefined {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const head = bytes.toString("latin1", 0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length !== null) {
    const end = headEnd + 4 + Number(length[1]);
    return bytes.length >= end ? end : undefined;
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) {
    throw new Error(`Cannot read response: neither a length nor chunks in ${JSON.stringify(head)}`);
  }
  return endOfChunks(bytes, headEnd + 4);
}

function endOfChunks(bytes: Buffer, from: number): number | undefined {
  let at = from;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = parseInt(bytes.toString("latin1", at, lineEnd), 16);
    at = lineEnd + 2 + size + 2;
    if (bytes.length < at) return undefined;
    if (size === 0) return at;
  }
}
