import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Child } from "../local/child.mjs";

export type MemberKind = "nats" | "postgres" | "host" | "edge" | "projector" | "deliver";
export type MemberState = "starting" | "up" | "paused" | "draining" | "down";

export interface MemberOptions {
  readonly name: string;
  readonly kind: MemberKind;
  readonly start: () => Promise<Child>;
  /** Called for every process that was started, at once. */
  readonly started: (pid: number) => void;
  readonly log: (line: string) => void;
}

const restartMs = 500;

/**
 * One process of a cluster, and what may be done to it. One that ends unasked is started again, as whoever runs a real cluster would
 * have it; one that was told to end stays down until it is revived.
 */
export class Member {
  readonly name: string;
  readonly kind: MemberKind;
  readonly #options: MemberOptions;
  #child: Child | undefined;
  #state: MemberState = "down";
  #wanted = false;
  /** One change after the other: a kill waits for a start that is on its way. */
  #turn: Promise<unknown> = Promise.resolve();
  readonly #unasked: string[] = [];

  constructor(options: MemberOptions) {
    this.#options = options;
    this.name = options.name;
    this.kind = options.kind;
  }

  get state(): MemberState {
    return this.#state;
  }

  /** 0 when it does not run. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** How it ended each time that nobody had told it to. */
  get unasked(): readonly string[] {
    return this.#unasked;
  }

  /** Starts it, if it does not run. */
  revive(): Promise<void> {
    this.#wanted = true;
    return this.#inTurn(async () => {
      if (this.#child === undefined && this.#wanted) await this.#start();
    });
  }

  /** `kill -9`. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  /** SIGTERM, and waits until it has ended in good order. */
  drain(): Promise<void> {
    if (this.#state === "up") this.#state = "draining";
    return this.#end(undefined);
  }

  pause(): void {
    if (this.#state !== "up") return;
    this.#state = "paused";
    process.kill(this.pid, "SIGSTOP");
  }

  resume(): void {
    if (this.#state !== "paused") return;
    this.#state = "up";
    process.kill(this.pid, "SIGCONT");
  }

  #end(signal: NodeJS.Signals | undefined): Promise<void> {
    this.#wanted = false;
    return this.#inTurn(async () => {
      const child = this.#child;
      if (child === undefined) return;
      if (signal === undefined) this.resume(); // A paused process hears nothing.
      await child.stop(signal);
      this.#gone();
    });
  }

  async #start(): Promise<void> {
    this.#state = "starting";
    try {
      const child = await this.#options.start();
      this.#child = child;
      this.#state = "up";
      this.#options.started(child.pid);
      void this.#watch(child);
    } catch (error) {
      this.#state = "down";
      throw error;
    }
  }

  async #watch(child: Child): Promise<void> {
    const { code, signal } = await child.exited;
    if (!this.#wanted || this.#child !== child) return;
    const how = signal ?? `exit code ${code}`;
    this.#unasked.push(how);
    this.#options.log(`${this.name} ended by itself (${how}); it is started again`);
    this.#gone();
    await this.#keepTrying();
  }

  async #keepTrying(): Promise<void> {
    while (this.#wanted && this.#child === undefined) {
      await sleep(restartMs);
      if (!this.#wanted) return;
      await this.revive().catch((error) => this.#options.log(`${this.name}: ${String(error)}`));
    }
  }

  #gone(): void {
    this.#child = undefined;
    this.#state = "down";
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined); // Whoever asked for it hears of it.
    return mine;
  }
}
