import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Event } from "../actor.ts";

/**
 * The golden files of an actor: `<type>.v<version>.json`, one for every event ever written, and `manifest.json` with the SHA-256 of
 * each. A golden file never changes: it stands for what lies in someone's log.
 */
export class GoldenFiles {
  readonly folder: string;
  readonly manifest: Readonly<Record<string, string>>;

  constructor(folder: URL) {
    this.folder = fileURLToPath(folder);
    const manifest = join(this.folder, "manifest.json");
    this.manifest = existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")) : {};
  }

  read(type: string, version: number): Event {
    return JSON.parse(readFileSync(join(this.folder, nameOf(type, version)), "utf8")) as Event;
  }

  /** What is wrong with the folder, in words; empty when all is well. */
  problems(versions: Readonly<Record<string, readonly number[]>>): readonly string[] {
    const expected = Object.entries(versions).flatMap(([type, all]) => all.map((v) => nameOf(type, v)));
    const present = readdirSync(this.folder).filter((name) => name !== "manifest.json");
    return [
      ...expected.filter((name) => !present.includes(name)).map((name) => `${name}: there is no such file`),
      ...present.filter((name) => !expected.includes(name)).map((name) => `${name}: there is no such event`),
      ...present.flatMap((name) => this.#problemOf(name)),
      ...Object.keys(this.manifest).filter((name) => !present.includes(name)).map((name) =>
        `${name}: is gone`
      ),
    ];
  }

  #problemOf(name: string): readonly string[] {
    const text = readFileSync(join(this.folder, name));
    const event = JSON.parse(text.toString("utf8")) as Event;
    const hash = createHash("sha256").update(text).digest("hex");
    if (nameOf(event.type, event.version) !== name) return [`${name}: holds ${event.type} v${event.version}`];
    if (this.manifest[name] === undefined) return [`${name}: is not in the manifest; its hash is ${hash}`];
    return this.manifest[name] === hash ? [] : [`${name}: was changed; its hash is ${hash}`];
  }
}

const nameOf = (type: string, version: number): string => `${type}.v${version}.json`;
