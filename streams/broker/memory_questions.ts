import type { MemoryServer } from "./memory.ts";
import type { Feed, Wire } from "./memory_options.ts";

export interface Question<T> {
  readonly what: string;
  readonly msMax: number;
  /** The stream whose leader answers, if one must. */
  readonly stream?: string;
  /** Without a wire the answer is there as soon as the work is done. */
  readonly atOnce?: boolean;
  /** Done by the server; undefined: it does not answer. */
  work(): T | undefined;
  answer(outcome: T): void;
  fail(reason: string): void;
}

/** What a client and the in-memory server say to each other, on a connection that may be lost with all that is under way on it. */
export class Questions {
  readonly #server: MemoryServer;
  readonly #wire: Wire | undefined;
  readonly #connected: () => boolean;
  readonly #open = new Set<(reason: string) => void>();
  /** Counts connections: what was sent on an earlier one never arrives. */
  #life = 0;

  constructor(server: MemoryServer, wire: Wire | undefined, connected: () => boolean) {
    this.#server = server;
    this.#wire = wire;
    this.#connected = connected;
  }

  /** Which connection this is. */
  get life(): number {
    return this.#life;
  }

  ask<T>(question: Question<T>): void {
    if (this.#wire) this.#askOn(this.#wire, question);
    else this.#askAtOnce(question);
  }

  #askOn<T>(wire: Wire, { what, stream, msMax, work, answer, fail }: Question<T>): void {
    if (!this.#connected()) return void wire.after(0, () => fail("no connection"));
    const end = (run: () => void) => {
      if (!this.#open.delete(lost)) return;
      patience.stop();
      run();
    };
    const lost = (reason: string) => end(() => fail(reason));
    this.#open.add(lost);
    const patience = wire.after(msMax, () => lost("no ack in time"));
    const respond = () => {
      const outcome = work(), life = this.#life;
      if (outcome === undefined) return;
      wire.down(`ok ${what}`, () => life === this.#life && end(() => answer(outcome)));
    };
    this.#up(what, () => stream === undefined ? respond() : this.#server.lead(stream, respond));
  }

  #askAtOnce<T>({ msMax, atOnce, work, answer, fail }: Question<T>): void {
    const server = this.#server;
    server.later(() => {
      if (!this.#connected()) return fail("no connection");
      const outcome = work();
      if (outcome === undefined) return server.after(msMax, () => fail("no ack in time"));
      if (atOnce) return answer(outcome);
      server.later(() =>
        this.#connected() ? answer(outcome) : fail("the connection was lost before the ack")
      );
    });
  }

  /** Says something that nobody answers. */
  say(what: string, run: () => void): void {
    this.#up(what, run);
  }
  /** Something comes from the server unasked; it runs also when the connection is another one by then. */
  tell(what: string, run: () => void): void {
    if (this.#wire) this.#wire.down(what, run);
    else this.#server.later(run);
  }
  /** A new reader's own way to here. */
  feed(what: string): Feed {
    return this.#wire?.feed(what) ?? { carry: (run) => this.#server.later(run), close: () => undefined };
  }
  /** What a reader is sent, once it is here; without a wire there is no way left. */
  hand(what: string, run: () => void): void {
    if (this.#wire) this.#wire.down(what, run);
    else run();
  }
  after(ms: number, run: () => void): void {
    if (this.#wire) this.#wire.after(ms, run);
    else this.#server.after(ms, run);
  }

  /** The connection is gone: the client hears of it, and gives up what it waits for. */
  lose(): void {
    this.#life += 1;
    const open = [...this.#open];
    if (open.length === 0) return;
    this.#wire?.after(0, () => {
      for (const lost of open) lost("the connection was lost before the ack");
    });
  }

  #up(what: string, run: () => void): void {
    const life = this.#life;
    const arrive = () => life === this.#life && this.#server.up && run();
    if (this.#wire) this.#wire.up(what, arrive);
    else this.#server.later(arrive);
  }
}
