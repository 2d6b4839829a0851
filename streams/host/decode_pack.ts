import type { CommandPack } from "../record.ts";

const utf8 = new TextDecoder();

/** Reads what an edge packed; undefined when it is no pack of commands. */
export function decodePack(payload: Uint8Array): CommandPack | undefined {
  try {
    const pack = JSON.parse(utf8.decode(payload)) as CommandPack;
    return pack?.format === 1 && Array.isArray(pack.commands) ? pack : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
