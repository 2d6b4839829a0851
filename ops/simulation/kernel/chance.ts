import { createHash } from "node:crypto";

/**
 * A stream of chance, drawn from a seed and a name: each use has its own, so that one draw more in one of them leaves the others as
 * they were. sfc32 (Chris Doty-Humphrey's PractRand), 128 bits of state.
 */
export class Chance {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor(seed: number, name: string) {
    const digest = createHash("sha256").update(`${seed}/${name}`).digest();
    this.#a = digest.readUInt32LE(0) | 0;
    this.#b = digest.readUInt32LE(4) | 0;
    this.#c = digest.readUInt32LE(8) | 0;
    this.#counter = digest.readUInt32LE(12) | 0;
  }

  /** 32 random bits, unsigned. */
  bits(): number {
    const sum = (this.#a + this.#b | 0) + this.#counter | 0;
    this.#counter = this.#counter + 1 | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = this.#c + (this.#c << 3) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum | 0;
    return sum >>> 0;
  }
  /** At least 0, below 1. */
  share(): number {
    return this.bits() / 2 ** 32;
  }
  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.share() * (most - least + 1));
  }
  /** True so often. */
  happens(probability: number): boolean {
    return this.share() < probability;
  }
  oneOf<T>(values: readonly T[]): T {
    return values[this.between(0, values.length - 1)]!;
  }
  /** Mostly short, now and then much longer: exponential with this mean. */
  wait(meanMs: number): number {
    return -Math.log(1 - this.share()) * meanMs;
  }
}
