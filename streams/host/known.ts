/** In a page: the fingerprint's two 32-bit halves, and the birth in 64 bits; all big-endian. */
const bytesPerActor = 16;

/**
 * A compact set of all actors that ever had an event, with the turn record that holds the first one (its birth): a 64-bit fingerprint
 * and a sequence, 16 bytes each plus an open-addressing index. "Not in the set" is certain, so an order nobody has seen needs no
 * look-up; a false "in the set" (one in 2^64) costs one.
 */
export class KnownActors {
  /** In order of addition, so that a checkpoint writes only what is new: pairs of 32-bit halves. */
  #list = new Uint32Array(2048);
  /** Stream sequences of turn records, by the same positions. */
  #births = new Float64Array(1024);
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

  /** The stream sequence of the turn record that holds the actor's first event; undefined for an actor nobody has seen. */
  birthOf(actor: string): number | undefined {
    const [high, low] = fingerprint(actor);
    const place = this.#index[this.#slot(high, low)]!;
    return place === 0 ? undefined : this.#births[place - 1];
  }

  /** Notes the actor's birth, unless it is known already. */
  add(actor: string, birth: number): void {
    const [high, low] = fingerprint(actor);
    this.#add(high, low, birth);
  }

  /** The actors from position `from` to before `to`, as stored in a checkpoint's pages. */
  slice(from: number, to: number): Uint8Array {
    const count = Math.max(0, Math.min(to, this.#count) - from);
    const bytes = new Uint8Array(count * bytesPerActor);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < count; i++) {
      const at = i * bytesPerActor, place = from + i;
      view.setUint32(at, this.#list[place * 2]!);
      view.setUint32(at + 4, this.#list[place * 2 + 1]!);
      view.setBigUint64(at + 8, BigInt(this.#births[place]!));
    }
    return bytes;
  }

  addPage(page: Uint8Array): void {
    const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    for (let at = 0; at + bytesPerActor <= page.byteLength; at += bytesPerActor) {
      this.#add(view.getUint32(at), view.getUint32(at + 4), Number(view.getBigUint64(at + 8)));
    }
  }

  #add(high: number, low: number, birth: number): void {
    const slot = this.#slot(high, low);
    if (this.#index[slot] !== 0) return;
    if (this.#count === this.#births.length) this.#grow();
    this.#list[this.#count * 2] = high;
    this.#list[this.#count * 2 + 1] = low;
    this.#births[this.#count] = birth;
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

  #grow(): void {
    const list = new Uint32Array(this.#list.length * 2), births = new Float64Array(this.#births.length * 2);
    list.set(this.#list);
    births.set(this.#births);
    this.#list = list;
    this.#births = births;
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
