import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CarrierAdapter, NormalParcel } from "../adapter.ts";
import { Unreadable } from "../adapter.ts";

/** Real messages, which lie beside the project and are none of it (some have other licences). Tests that need them skip without. */
const folder = join(fileURLToPath(new URL("../../../", import.meta.url)), "../shared/carriers");
export const hasCorpus = existsSync(join(folder, "INDEX.tsv"));

export interface CorpusRow {
  readonly file: string;
  readonly provider: string;
  readonly kind: string;
  /** One for each parcel; empty when the source asserts none. */
  readonly statuses: readonly string[];
  readonly subStatus: string;
}

export interface ExpectedShipment {
  readonly file: string;
  readonly tracking_number: string;
  readonly events: readonly {
    readonly code?: string;
    readonly timestamp?: string;
    readonly normalised?: string;
  }[];
}

export interface SignatureCase {
  readonly name: string;
  readonly body_b64: string;
  readonly headers: { readonly [name: string]: string };
  readonly expect: string;
  readonly now?: number;
  readonly url?: string;
  /** The secret, where the case is about `?token=`. */
  readonly token?: string;
}

export interface SignatureScheme {
  readonly scheme: string;
  readonly secret_utf8?: string;
  readonly bearer?: string;
  readonly token?: string;
  readonly jwks?: object;
  readonly header_name?: string;
  readonly now?: number;
  readonly cases: readonly SignatureCase[];
}

/** The lines of a table, its first one left out. */
const tableOf = (name: string): readonly string[][] =>
  !hasCorpus ? [] : readFileSync(join(folder, name), "utf8")
    .trimEnd().split("\n").slice(1).map((line) => line.split("\t"));

export const corpus: readonly CorpusRow[] = tableOf("INDEX.tsv").map((row) => {
  const [file = "", provider = "", kind = "", , , , expected = "", subStatus = ""] = row;
  return { file, provider, kind, subStatus, statuses: expected === "" ? [] : expected.split("|") };
});

/** Codes and what the published map makes of them. */
export const statusMap = tableOf("status_map.tsv").map(
  ([provider = "", code = "", , status = "", subStatus = ""]) => ({ provider, code, status, subStatus }),
);

export const expectedShipments: readonly ExpectedShipment[] = !hasCorpus
  ? []
  : (JSON.parse(readFileSync(join(folder, "expected_events.json"), "utf8")) as {
    readonly shipments: readonly ExpectedShipment[];
  }).shipments;

export const signatureSchemes: readonly SignatureScheme[] = !hasCorpus
  ? []
  : (JSON.parse(readFileSync(join(folder, "signatures.json"), "utf8")) as {
    readonly schemes: readonly SignatureScheme[];
  }).schemes;

export const corpusOf = ({ name, providers = [name] }: CarrierAdapter): readonly CorpusRow[] =>
  corpus.filter(({ provider }) => providers.includes(provider));

/** A file beside the payloads. */
export const corpusFile = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));

export const bodyOf = (file: string): Uint8Array =>
  new Uint8Array(readFileSync(join(folder, "payloads", file)));

/** Of every provider, also of those that have no adapter. */
export const allFiles = (): readonly string[] =>
  readdirSync(join(folder, "payloads"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath ?? entry.path, entry.name).slice(join(folder, "payloads").length + 1)
    )
    .sort();

/** What a parser makes of a body; undefined when it cannot read it. Anything else that is thrown is a defect. */
export function parcelsOf(
  parse: (body: Uint8Array) => readonly NormalParcel[],
  body: Uint8Array,
): readonly NormalParcel[] | undefined {
  try {
    return parse(body);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
