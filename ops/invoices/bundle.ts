import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { jsonOf } from "../../streams/json_of.ts";

export interface BundleFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** SHA-256 of what it was made of: the same makes the same file, or one that says the same. */
  readonly of: string;
}

const progressName = "progress.ndjson";

/**
 * A folder of files that is made once, however often its making is interrupted: each file appears whole or not at all, and what is there
 * with the hash that was noted is not made again.
 */
export class Bundle {
  readonly #folder: string;
  readonly #known: Map<string, BundleFile>;
  readonly #files: BundleFile[] = [];
  #made = 0;

  private constructor(folder: string, known: Map<string, BundleFile>) {
    this.#folder = folder;
    this.#known = known;
  }

  static async open(folder: string): Promise<Bundle> {
    await mkdir(folder, { recursive: true });
    const finished = jsonIn<{ readonly files: readonly BundleFile[] }>(
      await textOf(join(folder, "manifest.json")),
    );
    const begun = (await textOf(join(folder, progressName)) ?? "").split("\n")
      .flatMap((line) => jsonIn<BundleFile>(line) ?? []); // The last line may have been cut off.
    return new Bundle(folder, new Map([...finished?.files ?? [], ...begun].map((file) => [file.path, file])));
  }

  get files(): readonly BundleFile[] {
    return this.#files;
  }
  /** How many were not there yet. */
  get made(): number {
    return this.#made;
  }

  /** Makes the file unless it is there already, made of the same. */
  async file(path: string, madeOf: string, make: () => Promise<Uint8Array | string>): Promise<void> {
    const of = sha256(new TextEncoder().encode(madeOf));
    const known = this.#known.get(path),
      there = known?.of === of ? await bytesOf(join(this.#folder, path)) : undefined;
    if (known !== undefined && there !== undefined && sha256(there) === known.sha256) {
      this.#files.push(known);
      return;
    }
    const content = await make(),
      bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await this.#store(path, [bytes]);
    await this.#note({ path, bytes: bytes.byteLength, sha256: sha256(bytes), of });
  }

  /** A file of any length, made anew each time. */
  async stream(path: string, chunks: AsyncIterable<string>): Promise<void> {
    const hash = createHash("sha256"), encoder = new TextEncoder();
    let length = 0;
    async function* counted() {
      for await (const chunk of chunks) {
        const bytes = encoder.encode(chunk);
        hash.update(bytes);
        length += bytes.byteLength;
        yield bytes;
      }
    }
    await this.#store(path, counted());
    await this.#note({ path, bytes: length, sha256: hash.digest("hex"), of: "" });
  }

  /** The list of all files, which is written last: a bundle without it is not whole. */
  async finish<T extends object>(about: T): Promise<T & { readonly files: readonly BundleFile[] }> {
    const manifest = { ...about, files: [...this.#files].sort((a, b) => a.path < b.path ? -1 : 1) };
    await this.#store("manifest.json", [
      new TextEncoder().encode(`${JSON.stringify(manifest, undefined, 2)}\n`),
    ]);
    await rm(join(this.#folder, progressName), { force: true });
    return manifest;
  }

  async #store(path: string, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
    const target = join(this.#folder, path), part = `${target}.part`;
    await mkdir(dirname(target), { recursive: true });
    const file = await open(part, "w");
    try {
      for await (const chunk of chunks) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, target);
  }

  async #note(file: BundleFile): Promise<void> {
    this.#made++;
    this.#files.push(file);
    const progress = await open(join(this.#folder, progressName), "a");
    try {
      await progress.writeFile(`${JSON.stringify(file)}\n`);
    } finally {
      await progress.close();
    }
  }
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function bytesOf(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function textOf(path: string): Promise<string | undefined> {
  const bytes = await bytesOf(path);
  return bytes && new TextDecoder().decode(bytes);
}

function jsonIn<T>(text: string | undefined): T | undefined {
  return text === undefined ? undefined : jsonOf(text) as T | undefined;
}
