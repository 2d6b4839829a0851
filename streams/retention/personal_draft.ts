import { Buffer } from "node:buffer";
import type { MissingItem, PersonalItem } from "./personal_message.ts";

/** A PERSONAL message being filled. */
export class PersonalDraft {
  items: PersonalItem[] = [];
  missing: MissingItem[] = [];
  records = 0;
  #bytes = 0;

  /** One item always fits. */
  fits(item: PersonalItem | MissingItem, bytesMax: number): boolean {
    return this.#bytes === 0 || this.#bytes + sizeOf(item) <= bytesMax;
  }
  add(item: PersonalItem | MissingItem): void {
    if ("missing" in item) this.missing.push(item);
    else this.items.push(item);
    this.#bytes += sizeOf(item);
  }
  clear(): void {
    this.items = [];
    this.missing = [];
    this.records = 0;
    this.#bytes = 0;
  }
}

const sizeOf = (item: PersonalItem | MissingItem) => Buffer.byteLength(JSON.stringify(item)) + 1;
