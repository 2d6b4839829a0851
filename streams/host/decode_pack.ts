import { jsonOf } from "../json_of.ts";
import type { CommandPack } from "../record.ts";

const utf8 = new TextDecoder();

/** Reads what an edge packed; undefined when it is no pack of commands. */
export function decodePack(payload: Uint8Array): CommandPack | undefined {
  const pack = jsonOf(utf8.decode(payload)) as CommandPack | null | undefined;
  return pack?.format === 1 && Array.isArray(pack.commands) ? pack : undefined;
}
