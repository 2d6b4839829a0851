import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(fileURLToPath(new URL("../../..", import.meta.url)), "../shared/carriers");

/** The recorded payloads lie beside the project, not in it: their licences are not ours. */
export const corpusIsThere = existsSync(folder);
/** For the names of tests that need them. */
export const orWhyNot = corpusIsThere ? "" : " (skipped: ../shared/carriers is missing)";

/** A payload that others recorded or published, and what it should come to. */
export interface Recorded {
  readonly file: string;
  readonly kind: string;
  /** Blank where the source asserts nothing. */
  readonly status: string;
  readonly subStatus: string;
  readonly body: Uint8Array;
}

export const corpusFile = (path: string): Uint8Array => readFileSync(join(folder, path));

export function recordedOf(provider: string): readonly Recorded[] {
  if (!corpusIsThere) return [];
  const lines = text("INDEX.tsv").trimEnd().split("\n").slice(1).map((line) => line.split("\t"));
  return lines.filter(([, name]) => name === provider).map((row) => ({
    file: row[0]!,
    kind: row[2]!,
    status: row[6] ?? "",
    subStatus: row[7] ?? "",
    body: corpusFile(`payloads/${row[0]}`),
  }));
}

/** A code that the published map has for a provider. */
export function mappedCodesOf(
  provider: string,
): readonly { readonly code: string; readonly status: string; readonly subStatus: string }[] {
  if (!corpusIsThere) return [];
  const lines = text("status_map.tsv").trimEnd().split("\n").map((line) => line.split("\t"));
  return lines.filter(([name]) => name === provider)
    .map((row) => ({ code: row[1]!, status: row[3] ?? "", subStatus: row[4] ?? "" }));
}

/** A second opinion on a payload's events, newest first or last as the payload has them. */
export interface ExpectedShipment {
  readonly file: string;
  readonly tracking_number: string;
  readonly events: readonly { readonly code?: string; readonly timestamp?: string }[];
}

export function expectedEventsOf(provider: string): readonly ExpectedShipment[] {
  if (!corpusIsThere) return [];
  const { shipments } = JSON.parse(text("expected_events.json")) as { shipments: ExpectedShipment[] };
  return shipments.filter(({ file }) => file.startsWith(`${provider}/`));
}

const text = (path: string) => new TextDecoder().decode(corpusFile(path));
