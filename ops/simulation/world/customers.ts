import type { Ask, Asked } from "../../../streams/edge/asking.ts";
import type { Chance } from "../kernel/chance.ts";
import { type Kernel, world } from "../kernel/kernel.ts";
import { withPatience } from "./patience.ts";
import type { Call } from "./calls.ts";
import type { Workload } from "./workload.ts";

interface Options {
  readonly kernel: Kernel;
  readonly chance: Chance;
  readonly workload: Workload;
  /** An edge that takes requests, by its own choice; undefined when there is none. */
  readonly edge: () => { readonly name: string; readonly ask: Ask } | undefined;
  readonly meanMs: number;
  /** Hears what somebody is told, and when that was asked and told. */
  readonly told: (
    call: Call,
    asked: Asked,
    when: { readonly askedMs: number; readonly toldMs: number },
  ) => void;
}

/** Longer than any edge keeps a request. */
const giveUpMs = 6_000;

/** People who ask for things, and ask again until they are told. */
export class Customers {
  readonly #options: Options;
  #open = 0;
  #asked = 0;
  #answered = 0;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
    for (const call of options.workload.founding()) this.#begin(call);
    this.#arriveLater();
  }

  /** How many have not been told yet. */
  get waiting(): number {
    return this.#open;
  }
  get counts() {
    return { asked: this.#asked, answered: this.#answered };
  }
  come(call: Call): void {
    this.#begin(call);
  }
  /** Nobody new comes. */
  close(): void {
    this.#closed = true;
  }

  #arriveLater(): void {
    const { kernel, chance, workload, meanMs } = this.#options;
    const waitMs = chance.happens(0.02) ? meanMs * 100 : chance.wait(meanMs);
    kernel.after(world, waitMs, "a customer comes", () => {
      if (this.#closed) return;
      const call = workload.next();
      this.#begin(call);
      if (chance.happens(0.05)) this.#begin(call); // Twice at once: a double click.
      this.#arriveLater();
    });
  }

  #begin(call: Call): void {
    this.#open += 1;
    this.#asked += 1;
    this.#ask(call);
  }

  #ask(call: Call): void {
    const { kernel, chance, edge, told } = this.#options, askedMs = kernel.nowMs;
    const asking = edge();
    if (asking === undefined) return this.#again(call);
    const once = withPatience(kernel, { ms: giveUpMs, what: "a customer gives up" }, () => this.#again(call));
    const patienceMs = chance.oneOf([100, 500, 2_000]);
    asking.ask({ to: call.to, command: call.command, patienceMs }).then(
      (asked) =>
        once(() => {
          told(call, asked, { askedMs, toldMs: kernel.nowMs });
          this.#hear(call, asked);
        }),
    );
  }

  #hear(call: Call, asked: Asked): void {
    const { kernel, chance } = this.#options;
    const { to, command } = call;
    kernel.note(
      "customer",
      `${asked.kind} ${command.type} ${to}${asked.kind === "answered" ? ` ${asked.answer.ok}` : ""}`,
    );
    if (asked.kind !== "answered" && asked.kind !== "defect") return this.#again(call);
    this.#open -= 1;
    this.#answered += 1;
    if (asked.kind === "answered" && asked.answer.ok) {
      this.#options.workload.heard(JSON.parse(asked.answer.json));
    }
    if (!this.#closed && chance.happens(0.05)) {
      kernel.after(world, chance.wait(2_000), "asks again", () => this.#closed || this.#begin(call));
    }
  }

  #again(call: Call): void {
    const { kernel, chance } = this.#options;
    kernel.after(world, 20 + chance.wait(300), "a customer asks again", () => this.#ask(call));
  }
}
