import type { OrderEvent } from "../../actors/order/events.ts";
import type { OrderMoneyEvent } from "../../actors/order/money_events.ts";
import type { CreditEvent } from "../../actors/credit/credit_events.ts";
import type { IssuedDocument } from "../../actors/series/document.ts";
import { Check } from "./check.ts";
import { counted } from "../cli/counted.ts";

/** What was asked for, until it is issued; then until whoever asked has heard of it. */
interface Open {
  readonly source: string;
  readonly atMs: number;
  readonly what: string;
}

/** A message between partitions takes no longer, while there are hosts. */
const waitMsMax = 60_000;

/** That every document has its reason, once, and every reason its document. */
export class SourcesAudit {
  readonly #sources = new Check("sources: nothing is invoiced or credited twice");
  readonly #asked = new Check("askers: each document is what was asked for, and was told");
  readonly #shipped = new Check("shipments: every unit that left is invoiced, once");
  /** The number of each source. */
  readonly #numbers = new Map<string, string>();
  readonly #wanted = new Map<string, Open & { readonly amounts?: string }>();
  readonly #untold = new Map<string, Open>();
  /** Units by order and line: those that left less those that are invoiced. */
  readonly #units = new Map<string, number>();
  /** Of orders that are not invoiced as most are. */
  readonly #rules = new Map<string, string>();
  #lastMs = 0;

  order(id: string, event: OrderEvent | OrderMoneyEvent, atMs: number): void {
    this.#lastMs = Math.max(this.#lastMs, atMs);
    switch (event.type) {
      case "order.placed": {
        const on = event.data.invoicing?.on;
        if (on !== undefined && on !== "on_shipment") this.#rules.set(id, on);
        break;
      }
      case "order.shipped":
        for (const { line, quantity } of event.data.lines) this.#count(id, line, quantity);
        break;
      case "order.invoice_requested":
        for (const { line, quantity } of event.data.lines) this.#count(id, line, -quantity);
        this.#request(event.data.source, `the invoice of ${id}`, atMs, amountsOf(event.data.lines));
        break;
      case "order.credit_requested":
        this.#request(event.data.source, `a credit of ${id}`, atMs, amountsOf(event.data.lines));
        break;
      case "order.invoiced":
      case "order.credited":
        this.#told(event.data);
        break;
    }
  }

  credit(event: CreditEvent, atMs: number): void {
    this.#lastMs = Math.max(this.#lastMs, atMs);
    if (event.type === "credit.requested") {
      this.#request(`credit:${event.data.credit}`, `credit ${event.data.reference}`, atMs);
    } else this.#toldNumber(event.data.number);
  }

  document({ source, number, lines }: IssuedDocument, atMs: number): void {
    this.#lastMs = Math.max(this.#lastMs, atMs);
    const before = this.#numbers.get(source), wanted = this.#wanted.get(source);
    this.#sources.expect(before === undefined, () => `${number} says ${source} again, after ${before}`);
    this.#numbers.set(source, number);
    if (before !== undefined) return;
    this.#asked.expect(wanted !== undefined, () => `nobody asked for ${number} (${source})`);
    this.#asked.expect(
      wanted?.amounts === undefined || wanted.amounts === amountsOf(lines),
      () => `${number} is not what was asked for (${source})`,
    );
    this.#wanted.delete(source);
    this.#untold.set(number, { source, atMs, what: number });
  }

  #request(source: string, what: string, atMs: number, amounts?: string): void {
    const known = this.#wanted.has(source) || this.#numbers.has(source);
    this.#sources.expect(!known, () => `${source} was asked for twice`);
    this.#wanted.set(source, { source, atMs, what, ...(amounts !== undefined && { amounts }) });
  }

  #told({ source, number }: { readonly source: string; readonly number: string }): void {
    this.#asked.expect(
      this.#numbers.get(source) === number,
      () => `${source} heard of ${number}, and is another document`,
    );
    this.#toldNumber(number);
  }

  #toldNumber(number: string): void {
    this.#asked.expect(this.#untold.has(number), () => `${number} was told of twice, or never issued`);
    this.#untold.delete(number);
  }

  #count(order: string, line: number, units: number): void {
    const key = `${order} ${line}`, after = (this.#units.get(key) ?? 0) + units;
    this.#shipped.look();
    if (after === 0) this.#units.delete(key);
    else this.#units.set(key, after);
  }

  /** What is still on its way as the log ends; finds what should have arrived. */
  finish(): { readonly waiting: number } {
    let waiting = 0;
    const late = ({ atMs }: Open) => this.#lastMs - atMs > waitMsMax;
    for (const open of this.#wanted.values()) {
      if (late(open)) this.#asked.found(`${open.what} (${open.source}) was asked for and never issued`);
      else waiting++;
    }
    for (const open of this.#untold.values()) {
      if (late(open)) this.#asked.found(`${open.what} (${open.source}) was issued, and its asker never told`);
      else waiting++;
    }
    for (const [key, units] of this.#units) {
      const [order = "", line] = key.split(" ");
      if (units <= 0 || this.#rules.get(order) === "on_delivery") continue;
      this.#shipped.found(
        `${counted(units, "unit")} of line ${line} of ${order} left and ${
          units === 1 ? "is" : "are"
        } not invoiced`,
      );
    }
    return { waiting };
  }

  reports() {
    return [this.#sources, this.#asked, this.#shipped].map((check) => check.report());
  }
}

/** In the order of the lines, which is the asker's. */
function amountsOf(
  lines: readonly {
    readonly line: number;
    readonly quantity: number;
    readonly net: string;
    readonly tax: string;
  }[],
): string {
  return lines.map(({ line, quantity, net, tax }) => `${line} ${quantity} ${net} ${tax}`).join("\n");
}
