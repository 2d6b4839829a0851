type WidthOf = (text: string) => number;

/** The rows of a text, each no wider than `width`: broken at line ends, between words, and inside of a word that alone is too long. */
export function* rowsOf(text: string, width: number, widthOf: WidthOf): Generator<string, void> {
  for (const line of text.split("\n")) yield* wrapped(line, width, widthOf);
}

/** The row with a mark that more would follow, and as many fewer letters as the mark takes. */
export function withEllipsis(row: string, width: number, widthOf: WidthOf): string {
  const letters = Array.from(row);
  while (letters.length > 0 && widthOf(`${letters.join("")}…`) > width) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}

function* wrapped(line: string, width: number, widthOf: WidthOf): Generator<string, void> {
  if (widthOf(line) <= width) return yield line;
  let row = "";
  for (const word of line.split(" ")) {
    const longer = row === "" ? word : `${row} ${word}`;
    if (widthOf(longer) <= width) {
      row = longer;
      continue;
    }
    if (row !== "") yield row;
    row = widthOf(word) <= width ? word : yield* cut(word, width, widthOf);
  }
  if (row !== "") yield row;
}

/** Yields the full rows of a long word and returns the rest of it. Each row is laid out about once, not once for each of its letters. */
function* cut(word: string, width: number, widthOf: WidthOf): Generator<string, string> {
  const letters = Array.from(word);
  for (let from = 0;;) {
    const count = fitting(letters, from, width, widthOf), piece = letters.slice(from, from + count).join("");
    from += count;
    if (from >= letters.length) return piece;
    yield piece;
  }
}

/** How many letters fit, by the widths of each alone; then by that of all together, which kerning may make wider. At least one. */
function fitting(letters: readonly string[], from: number, width: number, widthOf: WidthOf): number {
  let count = 0;
  for (let sum = 0; from + count < letters.length; count++) {
    sum += widthOf(letters[from + count]!);
    if (sum > width) break;
  }
  while (count > 1) {
    const together = widthOf(letters.slice(from, from + count).join(""));
    if (together <= width) break;
    count = Math.min(count - 1, Math.floor(count * width / together));
  }
  return Math.max(1, count);
}
