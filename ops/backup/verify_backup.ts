import type { Stored } from "../../streams/broker/broker.ts";
import { hashOf } from "../../streams/hash.ts";
import type { CommandMark, Mark } from "../../streams/record.ts";
import { streamNames } from "../../streams/record.ts";
import { decodePersonal } from "../../streams/retention/personal_message.ts";
import type { Progress } from "../cli/progress.ts";
import type { ChunkRef } from "./chunk.ts";
import { readChunk } from "./keep.ts";
import { LogHeads } from "./log_heads.ts";
import { hashesOf, keptOf, type Manifest, readManifests, type StreamName } from "./manifest.ts";
import type { Place } from "./place.ts";

export interface BackupVerdict {
  readonly ok: boolean;
  /** Restorable points: the cut of each backup. */
  readonly backups: readonly { readonly id: string; readonly endedAtMs: number; readonly cut: number }[];
  readonly chunks: number;
  readonly bytes: number;
  readonly messages: number;
  readonly records: number;
  readonly findings: readonly string[];
}

/**
 * Reads every chunk that any backup names: its hash, the order of its messages, the chains of all records without a gap, and that what
 * other streams say of records, and records of commands, is what lies there.
 */
export async function verifyBackup(place: Place, progress: Progress): Promise<BackupVerdict> {
  const manifests = await readManifests(place), audit = new BackupAudit(place, progress);
  await audit.look(manifests);
  return audit.verdict(manifests);
}

class BackupAudit {
  readonly #place: Place;
  readonly #progress: Progress;
  readonly #findings: string[] = [];
  readonly #looked = new Set<string>();
  /** Hashes that records must have, by their sequences, with who says so. */
  readonly #said = new Map<number, Map<string, string>>();
  readonly #commands = new Map<number, string>();
  #bytes = 0;
  #messages = 0;
  #records = 0;

  constructor(place: Place, progress: Progress) {
    this.#place = place;
    this.#progress = progress;
  }

  async look(manifests: readonly Manifest[]): Promise<void> {
    const newest = manifests.at(-1);
    if (newest === undefined) return void this.#findings.push(`${this.#place.name} holds no backup`);
    this.#progress.begin("chunks", new Set(manifests.flatMap((one) => [...hashesOf(one)])).size);
    for (const manifest of manifests) {
      for (const head of manifest.partitions) this.#expect(head, `backup ${manifest.id}`);
    }
    for (const name of Object.values(streamNames)) {
      if (name === streamNames.events) continue;
      for (const manifest of manifests) await this.#lookAt(manifest, name);
    }
    await this.#lookAtEvents(newest);
    this.#progress.end();
  }

  async #lookAt(manifest: Manifest, name: StreamName): Promise<void> {
    let before = 0;
    for (const chunk of keptOf(manifest, name).chunks) {
      if (chunk.first <= before) this.#findings.push(`${name} goes back from ${before} to ${chunk.first}`);
      before = chunk.last;
      if (this.#looked.has(chunk.hash)) continue;
      for (const stored of await this.#read(chunk, name)) {
        if (name === streamNames.personal) {
          const { position } = decodePersonal(stored); // It was read behind the cut.
          if (position.sequence <= manifest.cut.sequence) {
            this.#expect(position, `PERSONAL ${stored.sequence}`);
          }
        }
        if (name === streamNames.commands) this.#commands.set(stored.sequence, hashOf(stored.payload));
      }
    }
  }

  async #lookAtEvents(newest: Manifest): Promise<void> {
    const heads = new LogHeads();
    for (const chunk of keptOf(newest, streamNames.events).chunks) {
      for (const stored of await this.#read(chunk, streamNames.events)) {
        try {
          const { read: { commands } } = heads.take(stored);
          this.#checkCommand(commands, stored.sequence);
        } catch (error) {
          this.#findings.push(error instanceof Error ? error.message : String(error));
          return;
        }
        this.#records++;
        this.#checkRecord(stored);
      }
    }
    if (heads.sequence !== newest.cut.sequence) {
      this.#findings.push(
        `EVENTS ends at ${heads.sequence}, but backup ${newest.id} is cut at ${newest.cut.sequence}`,
      );
    }
    for (const [sequence, said] of this.#said) {
      this.#findings.push(`record ${sequence} is missing, of which ${[...said.values()].join(", ")} tells`);
    }
  }

  /** Whatever a chunk holds, or what is wrong with it. */
  async #read(chunk: ChunkRef, name: StreamName): Promise<readonly Stored[]> {
    this.#looked.add(chunk.hash);
    this.#progress.step();
    try {
      const messages = await readChunk(this.#place, chunk);
      this.#bytes += chunk.bytes;
      this.#messages += messages.length;
      const rising = messages.every(({ sequence }, i) => i === 0 || sequence > messages[i - 1]!.sequence);
      if (!rising || messages.length !== chunk.messages) {
        this.#findings.push(`chunk ${chunk.hash} of ${name} does not hold what its backup says`);
      }
      return messages;
    } catch (error) {
      this.#findings.push(error instanceof Error ? error.message : String(error));
      return [];
    }
  }

  #expect({ sequence, hash }: Mark, who: string): void {
    if (sequence === 0) return;
    const said = this.#said.get(sequence) ?? new Map<string, string>();
    this.#said.set(sequence, said.set(hash, who));
  }

  #checkRecord({ sequence, payload }: Stored): void {
    const said = this.#said.get(sequence);
    if (said === undefined) return;
    said.delete(hashOf(payload));
    for (const who of said.values()) {
      this.#findings.push(`record ${sequence} is not the one that ${who} names`);
    }
    this.#said.delete(sequence);
  }

  /** What was trimmed, or erased with a person, is not there any more. */
  #checkCommand({ sequence, hash }: CommandMark, record: number): void {
    const there = this.#commands.get(sequence);
    if (there === undefined || there === hash) return;
    this.#findings.push(`COMMANDS ${sequence} is not the message that record ${record} read`);
  }

  verdict(manifests: readonly Manifest[]): BackupVerdict {
    return {
      ok: this.#findings.length === 0,
      backups: manifests.map(({ id, endedAtMs, cut }) => ({ id, endedAtMs, cut: cut.sequence })),
      chunks: this.#looked.size,
      bytes: this.#bytes,
      messages: this.#messages,
      records: this.#records,
      findings: this.#findings,
    };
  }
}
