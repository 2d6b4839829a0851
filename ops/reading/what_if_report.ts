import { z } from "zod";
import type { Json } from "../../actors/actor.ts";
import { keyOf, kindOf } from "../../actors/ids.ts";
import { exponentOf } from "../../actors/money/currency.ts";
import { formatMinor, minorOf } from "../../actors/money/decimal.ts";
import type { Side, Told } from "../../streams/redeciding/courses.ts";
import type { ChangedOutcome } from "../../streams/redeciding/outcomes.ts";
import type { Diverged, WhatIfResult } from "../../streams/redeciding/what_if.ts";
import type { Actors } from "./other_code.ts";
import { Sides, Tally } from "./tally.ts";

/** A number as it was, as it would have been, and what that is apart. */
export interface Compared {
  readonly name: string;
  readonly recorded: string;
  readonly decided: string;
  readonly difference: string;
}
/** What `what-if --json` prints. Empty lists say that nothing changes. */
export interface WhatIfReport {
  readonly records: number;
  readonly decidedRecords: number;
  readonly commands: number;
  /** Commands answered otherwise: `order place: ok -> insufficient-stock`. */
  readonly outcomes: readonly {
    readonly name: string;
    readonly count: number;
    readonly examples: readonly string[];
  }[];
  /** Actors that end otherwise, by kind. */
  readonly actors: readonly {
    readonly name: string;
    readonly count: number;
    readonly examples: readonly Example[];
  }[];
  /** Events of these actors, by type. */
  readonly events: readonly Compared[];
  /** Orders, invoices and credit notes, by currency. */
  readonly money: readonly Compared[];
  /** Units. */
  readonly stock: readonly Compared[];
  readonly statuses: readonly {
    readonly name: string;
    readonly count: number;
    readonly examples: readonly string[];
  }[];
  readonly timers: WhatIfResult["timers"];
  readonly dead: readonly {
    readonly name: string;
    readonly count: number;
    readonly examples: readonly string[];
  }[];
  /** Where it could not follow. */
  readonly notFollowed: {
    readonly undecided: number;
    readonly onlyRecorded: number;
    readonly onlyDecided: number;
  };
}
interface Example {
  readonly actor: string;
  /** Where the courses part. */
  readonly position: string;
  readonly cause: string;
  readonly recorded: readonly Happened[];
  readonly decided: readonly Happened[];
}
/** An event behind the parting; of these the first few are given. */
interface Happened {
  readonly type: string;
  readonly data: Json;
}

const examplesMax = 3;
const order = z.object({ status: z.string(), currency: z.string(), total: z.string() });
const level = z.object({
  onHand: z.number(),
  reserved: z.number(),
  allocated: z.number(),
  picked: z.number(),
  packed: z.number(),
});
const sku = z.object({ available: z.number(), backordered: z.number(), locations: z.array(level) });
const document = z.object({
  type: z.enum(["invoice", "credit_note"]),
  currency: z.string(),
  total: z.string(),
});
const rejected = z.object({ shortages: z.array(z.object({ requested: z.number(), available: z.number() })) });

/** Sums up what other code decides otherwise, while it decides. */
export class WhatIfSummary {
  readonly #outcomes = new Tally<string>(examplesMax);
  readonly #statuses = new Tally<string>(examplesMax);
  readonly #events = new Sides<number>(0, (a, b) => a + b);
  readonly #stock = new Sides<number>(0, (a, b) => a + b);
  readonly #money = new Sides<bigint>(0n, (a, b) => a + b);

  readonly changed = ({ to, type, recorded, decided, partition, sequence }: ChangedOutcome): void => {
    this.#outcomes.add(
      `${kindOf(to)} ${type}: ${recorded} -> ${decided}`,
      `${to} at ${partition}:${sequence}`,
    );
  };

  readonly differs = (side: Side, { entry: { type, data } }: Told): void => {
    this.#events.add(side, type, 1);
    const issued = type === "series.document_issued" ? document.safeParse(data) : undefined;
    if (issued?.success) {
      const { type: kind, currency, total } = issued.data;
      this.#pay(side, kind === "invoice" ? "invoiced" : "credited", currency, total);
    }
    const refused = type === "order.rejected" ? rejected.safeParse(data) : undefined;
    for (const { requested, available } of refused?.data?.shortages ?? []) {
      this.#stock.add(side, "units missing in rejected orders", requested - available);
    }
  };

  report(result: WhatIfResult, actors: Actors): WhatIfReport {
    const apart = new Tally<Example>(examplesMax), dead = new Tally<string>(examplesMax);
    for (const one of result.diverged) {
      apart.add(kindOf(one.actor), exampleOf(one));
      this.#end(one, actors);
    }
    for (const { actor, error } of result.dead) dead.add(error, actor);
    const { records, decided, commands, timers, undecided, unanswered } = result;
    return {
      ...{ records, decidedRecords: decided, commands, timers },
      outcomes: this.#outcomes.rows(),
      actors: apart.rows(),
      events: this.#events.rows().map(compared),
      money: this.#money.rows().map(({ name, recorded, decided }) => {
        const exponent = exponentOf(name.slice(-3)), text = (amount: bigint) => formatMinor(amount, exponent);
        return {
          name,
          recorded: text(recorded),
          decided: text(decided),
          difference: text(decided - recorded),
        };
      }),
      stock: this.#stock.rows().map(compared),
      statuses: this.#statuses.rows(),
      dead: dead.rows(),
      notFollowed: { undecided, ...unanswered },
    };
  }

  /** How it ends, either way, as the API would say. */
  #end({ actor: id, recordedSlot, decidedSlot }: Diverged, actors: Actors): void {
    const answers = { recorded: recordedSlot, decided: decidedSlot }, statuses: string[] = [];
    for (const side of ["recorded", "decided"] as const) {
      const answer = answers[side].version === 0
        ? undefined
        : actors[kindOf(id)]?.answer(answers[side].state);
      const view = answer?.ok ? answer.value : undefined,
        known = kindOf(id) === "order" ? order.safeParse(view) : undefined;
      if (known?.success) this.#pay(side, "orders", known.data.currency, known.data.total);
      statuses.push(known?.data?.status ?? "unknown");
      if (kindOf(id) === "sku") this.#stockOf(side, view);
    }
    const [then, now] = statuses;
    if (kindOf(id) === "order" && then !== now) this.#statuses.add(`${then} -> ${now}`, keyOf(id));
  }

  #stockOf(side: Side, view: unknown): void {
    const known = sku.safeParse(view);
    if (!known.success) return;
    const { available, backordered, locations } = known.data;
    const sum = (of: (one: z.infer<typeof level>) => number) =>
      locations.reduce((all, one) => all + of(one), 0);
    this.#stock.add(
      side,
      "units held for orders",
      sum(({ reserved, allocated, picked, packed }) => reserved + allocated + picked + packed),
    );
    this.#stock.add(side, "units on hand", sum(({ onHand }) => onHand));
    this.#stock.add(side, "units available", available);
    this.#stock.add(side, "units backordered", backordered);
  }

  #pay(side: Side, what: string, currency: string, total: string): void {
    this.#money.add(side, `${what} ${currency}`, minorOf(total, exponentOf(currency)));
  }
}

function exampleOf({ actor, recorded, decided }: Diverged): Example {
  const first =
    [recorded[0], decided[0]].filter((one) => one !== undefined).sort((a, b) => a.sequence - b.sequence)[0];
  const happened = (side: readonly Told[]) => side.map(({ entry: { type, data } }) => ({ type, data }));
  return {
    actor,
    position: first ? `${first.partition}:${first.sequence}` : "",
    cause: first ? `${first.causeType ?? "message"} ${first.causeId}` : "",
    recorded: happened(recorded),
    decided: happened(decided),
  };
}

const compared = (
  { name, recorded, decided }: { readonly name: string; readonly recorded: number; readonly decided: number },
): Compared => ({
  name,
  recorded: String(recorded),
  decided: String(decided),
  difference: `${decided - recorded}`,
});
