/** Control characters, and halves of characters: no database takes them, and no page shows them. */
// deno-lint-ignore no-control-regex -- these are what is meant.
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** A carrier's text as it may be stored: at most so many characters, none of them cut in two. */
export function clean(text: string, charsMax: number): string {
  const printable = text.slice(0, charsMax * 4).replace(unprintable, "").toWellFormed().trim();
  return printable.length <= charsMax ? printable : [...printable].slice(0, charsMax).join("");
}
