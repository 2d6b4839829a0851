const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** Hex digits and the base32 characters that they make. */
const digitsAtOnce = 5, charsAtOnce = 4, idChars = 26;

/** The first 130 bits of a hash in hex as 26 characters of Crockford's base32: what ids end in. */
export function base32(hex: string): string {
  let text = "";
  for (let at = 0; text.length < idChars; at += digitsAtOnce) {
    const bits = Number.parseInt(hex.slice(at, at + digitsAtOnce), 16);
    for (let i = 1; i <= charsAtOnce; i++) text += crockford[(bits >>> (5 * (charsAtOnce - i))) & 31];
  }
  return text.slice(0, idChars);
}
