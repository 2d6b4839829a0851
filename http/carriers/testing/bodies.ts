/** A body as it comes over the wire. */
export const bodyOf = (said: unknown): Uint8Array =>
  new TextEncoder().encode(typeof said === "string" ? said : JSON.stringify(said));
