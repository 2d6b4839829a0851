/** What a text says as JSON; undefined for what is none: nothing that is JSON becomes that, and no shape takes it. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
