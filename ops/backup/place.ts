export interface PlacedFile {
  readonly path: string;
  readonly bytes: number;
  /** When it was last written, by the clock of the place. */
  readonly writtenAtMs: number;
}

/** Where backups lie: a folder, or a bucket of S3-compatible storage. Paths are relative, with `/`. */
export interface Place {
  /** As the operator named it. */
  readonly name: string;
  /** Undefined when nothing lies there. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Whole or not at all, and durable when it resolves. */
  write(path: string, content: Uint8Array): Promise<void>;
  has(path: string): Promise<boolean>;
  /** The paths below a folder, sorted; empty when there is none. */
  list(folder: string): Promise<string[]>;
  /** The same, with what is known of each file. */
  files(folder: string): Promise<PlacedFile[]>;
  remove(path: string): Promise<void>;
}
