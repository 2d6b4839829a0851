/**
 * Any text as one token of a NATS subject, reversibly: ASCII letters, digits, `_` and `-` stand for themselves, every other UTF-8 byte
 * is `=` and two hex digits. The empty text is `=`.
 */
export function subjectToken(text: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(text)) return text;
  if (text === "") return "=";
  let token = "";
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    token += /[A-Za-z0-9_-]/.test(character) ? character : `=${byte.toString(16).padStart(2, "0")}`;
  }
  return token;
}

export function textOfToken(token: string): string {
  if (token === "=") return "";
  const bytes: number[] = [];
  for (let i = 0; i < token.length; i++) {
    if (token[i] === "=") {
      bytes.push(Number.parseInt(token.slice(i + 1, i + 3), 16));
      i += 2;
    } else bytes.push(token.charCodeAt(i));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
