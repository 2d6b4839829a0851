/**
 * A compact set of all actors that ever had an event: 64-bit fingerprints, 8 bytes each plus an open-addressing index. "Not in the set"
 * is certain, so an order nobody has seen needs no look-up; a false "in the set" (one in 2^64) costs one.
 */
export class KnownActors {
  /** In order of addition, so that a checkpoint writes only what is new: pairs of 32-bit halves. */
  #list = new Uint32Array(2048);
  #count = 0;
  /** 1 + the position in `#list`; 0 is empty. Kept at most half full. */
  #index = new Uint32Array(4096);

  get count(): number {
    return this.#count;
  }

  has(actor: string): boolean {
    const [high, low] = fingerprint(actor);
    return this.#index[this.#slot(high, low)] !== 0;
  }

  add(actor: string): void {
    const [high, low] = fingerprint(actor);
    this.#addPair(high, low);
  }

  /** The fingerprints from position `from` to before `to`, as stored in a checkpoint's pages. */
  slice(from: number, to: number): Uint8Array {
    const words = this.#list.subarray(from * 2, Math.min(to, this.#count) * 2);
    const bytes = new Uint8Array(words.length * 4);
    const view = new DataView(bytes.buffer);
    words.forEach((word, i) => view.setUint32(i * 4, word));
    return bytes;
  }

  addPage(page: Uint8Array): void {
    const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    for (let at = 0; at + 8 <= page.byteLength; at += 8) {
      this.#addPair(view.getUint32(at), view.getUint32(at + 4));
    }
  }

  #addPair(high: number, low: number): void {
    const slot = this.#slot(high, low);
    if (this.#index[slot] !== 0) return;
    if (this.#count * 2 === this.#list.length) this.#growList();
    this.#list[this.#count * 2] = high;
    this.#list[this.#count * 2 + 1] = low;
    this.#count += 1;
    this.#index[slot] = this.#count;
    if (this.#count * 2 > this.#index.length) this.#rebuildIndex();
  }

  #slot(high: number, low: number): number {
    const mask = this.#index.length - 1;
    for (let slot = low & mask;; slot = (slot + 1) & mask) {
      const place = this.#index[slot]!;
      if (place === 0) return slot;
      if (this.#list[place * 2 - 2] === high && this.#list[place * 2 - 1] === low) return slot;
    }
  }

  #growList(): void {
    const larger = new Uint32Array(this.#list.length * 2);
    larger.set(this.#list);
    this.#list = larger;
  }

  #rebuildIndex(): void {
    this.#index = new Uint32Array(this.#index.length * 2);
    for (let i = 0; i < this.#count; i++) {
      this.#index[this.#slot(this.#list[i * 2]!, this.#list[i * 2 + 1]!)] = i + 1;
    }
  }
}

/** Two independent 32-bit halves (MurmurHash2-like mixing over UTF-16 units); stored in checkpoints, so it never changes. */
function fingerprint(text: string): [high: number, low: number] {
  let high = 0x9e3779b9 ^ text.length, low = 0x85ebca6b ^ text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 0x5bd1e995);
    high ^= high >>> 15;
    low = Math.imul(low ^ unit, 0x1b873593);
    low ^= low >>> 13;
  }
  high = Math.imul(high ^ (low >>> 16), 0x85ebca6b);
  low = Math.imul(low ^ (high >>> 13), 0xc2b2ae35);
  return [(high ^ (high >>> 16)) >>> 0, (low ^ (low >>> 15)) >>> 0];
}
