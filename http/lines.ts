/** One line of a stream, or the mark that it was longer than allowed. */
export type Line = { readonly number: number; readonly bytes: Uint8Array } | {
  readonly number: number;
  readonly bytes: "too long";
};

const newline = 10;

/** Splits a stream into lines without ever holding more than one chunk and one line of `lineBytesMax`. Numbers start at 1. */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array>,
  lineBytesMax: number,
): AsyncGenerator<Line> {
  let held: Uint8Array[] = [];
  let size = 0;
  let number = 1;
  const take = (part: Uint8Array) => {
    size += part.byteLength;
    if (size > lineBytesMax) held = [];
    else if (part.byteLength > 0) held.push(part);
  };
  const finish = (): Line => {
    const line: Line = { number, bytes: size > lineBytesMax ? "too long" : joined(held, size) };
    held = [];
    size = 0;
    number++;
    return line;
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      take(chunk.subarray(start, end));
      start = end + 1;
      yield finish();
    }
    take(chunk.subarray(start));
  }
  if (size > 0) yield finish();
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}
