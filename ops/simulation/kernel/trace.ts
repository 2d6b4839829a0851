import { createHash } from "node:crypto";

const tailLines = 400, batchLines = 64;

/** What happened, a line each, and a hash over all of it: two runs of one seed are the same if their hashes are. */
export class Trace {
  readonly #hash = createHash("sha256");
  readonly #all: string[] | undefined;
  #tail: string[] = [];
  #unhashed: string[] = [];
  #lines = 0;

  constructor(options: { readonly keepAll?: boolean } = {}) {
    this.#all = options.keepAll ? [] : undefined;
  }

  add(line: string): void {
    this.#lines += 1;
    this.#all?.push(line);
    this.#unhashed.push(line);
    if (this.#unhashed.length >= batchLines) this.#flush();
  }
  get count(): number {
    return this.#lines;
  }
  get all(): readonly string[] {
    return this.#all ?? [];
  }
  /** The last lines. */
  tail(): readonly string[] {
    this.#flush();
    return this.#tail.slice(-tailLines);
  }
  /** To be asked for once, at the end. */
  digest(): string {
    this.#flush();
    return this.#hash.digest("hex").slice(0, 16);
  }

  #flush(): void {
    if (this.#unhashed.length === 0) return;
    this.#hash.update(`${this.#unhashed.join("\n")}\n`);
    this.#tail = this.#tail.slice(-tailLines).concat(this.#unhashed);
    this.#unhashed = [];
  }
}
