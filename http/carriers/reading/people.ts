/** The carrier's words without who signed: `Delivered - Signed for by: J. DOE` is `Delivered`. */
export function withoutSignatory(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const found = /\b(signed (for )?by|signature:|empfangen von|unterschrieben von)/i.exec(text);
  if (!found) return text;
  const before = text.slice(0, found.index).replace(/[\s\-–:;,.]+$/, "");
  return before === "" ? "Signed for" : before;
}
