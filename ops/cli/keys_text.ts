import Table from "cli-table3";
import type { ApiKey } from "../../streams/edge/api_keys.ts";

/** A key as it may be shown: without the hash of its secret. */
export function keyView({ hash: _hash, scopes, ...shown }: ApiKey) {
  return { ...shown, scopes: [...scopes] };
}
export type KeyShown = ReturnType<typeof keyView>;

/** With its borders at most 80 columns wide; long names and scopes go on in the next line. */
const columns = { key: 14, name: 13, scopes: 17, channel: 10, rate: 10, state: 9 } as const;

export function keysTable(keys: readonly ApiKey[]): string {
  const table = new Table({
    head: ["key", "name", "scopes", "channel", "rate/s", "state"],
    colWidths: Object.values(columns),
    wordWrap: true,
    wrapOnWordBoundary: false,
    style: { head: [], border: [] },
  });
  for (const key of keys) {
    table.push([
      key.keyId,
      key.name,
      key.scopes.join("\n"),
      key.channel ?? "any",
      key.requestsPerSecondMax ?? "no limit",
      key.revokedAt === undefined ? "active" : "revoked",
    ]);
  }
  return table.toString();
}

export function createdText(key: KeyShown, token: string): string {
  const channel = key.channel === undefined ? "every channel" : `channel ${key.channel}`;
  return [
    `Key ${key.keyId} (${key.name}) for ${channel}: ${key.scopes.join(", ")}`,
    "",
    `  ${token}`,
    "",
    "Keep it now: it is not stored and cannot be shown again.",
  ].join("\n");
}
