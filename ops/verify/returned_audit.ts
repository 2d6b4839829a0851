import { type ActorId, actorId, keyOf, type Sku } from "../../actors/ids.ts";
import type { OrderReturnGraded, OrderReturnReceived } from "../../actors/order/return_events.ts";
import type { GradedLine, ReturnEvent, ReturnLine } from "../../actors/return/return_events.ts";
import type { GoodsReceived, ReturnGraded, ReturnReceived } from "../../actors/sku/sku_events.ts";
import { Check, type CheckReport } from "../invoices/check.ts";
import { type Difference, Differences } from "./differences.ts";
import { awaits } from "./on_the_way.ts";
import {
  type Doing,
  type DoneUnits,
  gradedAs,
  grading,
  keyOfDoing,
  receiving,
  restocking,
  ReturnWork,
} from "./return_work.ts";
import { counted } from "../cli/counted.ts";

type News = "received" | "graded";
interface Told {
  readonly returned: string;
  readonly news: News;
  readonly sku: Sku;
  readonly grade: string;
}

/**
 * What came back: a return asks its SKUs, each does its part, the return says it of all, and its order hears of it (`work.ts`). So each
 * step has at most the units of the one before it, and as many where nothing is under way.
 */
export class ReturnedAudit {
  /** Asked for, and not done. */
  readonly #toDo = new Differences<Doing>();
  /** Done by SKUs, and not said by their return. */
  readonly #unsaid = new Differences<Doing>();
  /** Said by a return, and not heard by its order. */
  readonly #unheard = new Differences<Told>();
  /** By return and operation. */
  readonly #works = new Map<string, ReturnWork>();
  #looked = 0;

  returned(returned: ActorId, event: ReturnEvent, record: number): void {
    switch (event.type) {
      case "order_return.receipt_asked":
        return this.#begin(returned, event.data, ReturnWork.receipt(returned, event.data), record);
      case "order_return.grading_asked":
        return this.#begin(returned, event.data, ReturnWork.grading(returned, event.data), record);
      case "order_return.answered":
        return this.#workOf(returned, event.data)?.short(event.data.short);
      case "order_return.restock_asked": {
        const work = this.#workOf(returned, event.data);
        work?.short(event.data.short);
        return this.#ask(work?.restock() ?? [], record);
      }
      case "order_return.received": {
        const { lines, location } = event.data;
        const said = lines.map((line) => receiving(returned, { ...line, location }));
        this.#say(returned, event.data, said, record);
        return this.#tell(keyOf(returned), { news: "received", lines, record }, 1);
      }
      case "order_return.graded": {
        const { lines } = event.data;
        this.#say(returned, event.data, lines.map((line) => grading(returned, line)), record);
        return this.#tell(keyOf(returned), { news: "graded", lines, record }, 1);
      }
    }
  }

  received(sku: ActorId, { return: id, location, quantity }: ReturnReceived["data"], record: number): void {
    const move = { sku: keyOf(sku) as Sku, location, quantity };
    this.#do(receiving(actorId("return", id), move), record);
  }

  graded(sku: ActorId, { return: id, quantity, grade, to }: ReturnGraded["data"], record: number): void {
    const doing = { returned: actorId("return", id), sku, does: "graded", how: gradedAs(grade, to) } as const;
    this.#do({ doing, units: quantity }, record);
  }

  /** Units that were another SKU's have their return's id in front of their document; all others come from elsewhere. */
  restocked(sku: ActorId, { doc, location, quantity }: GoodsReceived["data"], record: number): void {
    const [, id] = /^(ret_[^/]+)\/\d+\/\d+$/.exec(doc) ?? [];
    if (id === undefined) return;
    const move = { sku: keyOf(sku) as Sku, location, quantity };
    this.#do(restocking(actorId("return", id), move), record);
  }

  heardReceived({ return: id, lines, beyond = [] }: OrderReturnReceived["data"], record: number): void {
    this.#tell(id, { news: "received", lines: [...lines, ...beyond], record }, -1);
  }

  heardGraded({ return: id, lines }: OrderReturnGraded["data"], record: number): void {
    this.#tell(id, { news: "graded", lines, record }, -1);
  }

  #workOf(returned: ActorId, { operation }: Numbered): ReturnWork | undefined {
    return this.#works.get(`${returned}\n${operation}`);
  }

  #begin(returned: ActorId, { operation }: Numbered, work: ReturnWork, record: number): void {
    this.#works.set(`${returned}\n${operation}`, work);
    this.#ask(work.asked, record);
  }

  #ask(asked: readonly DoneUnits[], record: number): void {
    for (const { doing, units } of asked) this.#toDo.add(keyOfDoing(doing), units, record, () => doing);
  }

  #do({ doing, units }: DoneUnits, record: number): void {
    const key = keyOfDoing(doing);
    this.#looked++;
    this.#toDo.add(key, -units, record, () => doing);
    this.#unsaid.add(key, units, record, () => doing);
  }

  /** The work is over: what was asked and is not said has not been done. */
  #say(returned: ActorId, data: Numbered, said: readonly DoneUnits[], record: number): void {
    const asked = this.#workOf(returned, data)?.asked ?? [];
    this.#works.delete(`${returned}\n${data.operation}`);
    const restocked = asked.filter(({ doing }) => doing.does === "restocked"), all = [...said, ...restocked];
    for (const { doing, units } of asked) this.#toDo.add(keyOfDoing(doing), -units, record, () => doing);
    for (const { doing, units } of all) {
      this.#toDo.add(keyOfDoing(doing), units, record, () => doing);
      this.#unsaid.add(keyOfDoing(doing), -units, record, () => doing);
    }
  }

  #tell(returned: string, { news, lines, record }: Saying, sign: 1 | -1): void {
    this.#looked++;
    for (const line of lines) {
      const grade = "grade" in line ? line.grade : "", { sku, quantity } = line;
      const key = `${returned}\n${news}\n${sku}\n${grade}`;
      this.#unheard.add(key, sign * quantity, record, () => ({ returned, news, sku, grade }));
    }
  }

  *awaited(): Generator<string> {
    for (const all of [this.#toDo, this.#unsaid]) {
      for (const { about } of all.all()) yield awaits.work(about.returned);
    }
    for (const { about } of this.#unheard.all()) yield awaits.told(about.returned, about.news);
  }

  report(explained: ReadonlySet<string>): CheckReport {
    const check = new Check(
      "conserved: what returns say came back is what SKUs took in, and orders heard of",
    );
    check.look(this.#looked);
    const honest = (units: number, awaited: string) => units > 0 && explained.has(awaited);
    const found = new Set<string>();
    for (const open of this.#unsaid.all()) {
      if (honest(open.units, awaits.work(open.about.returned))) continue;
      found.add(keyOfDoing(open.about));
      check.found(unsaidText(open));
    }
    for (const open of this.#toDo.all()) {
      if (honest(open.units, awaits.work(open.about.returned)) || found.has(keyOfDoing(open.about))) continue;
      check.found(toDoText(open));
    }
    for (const open of this.#unheard.all()) {
      const { returned, news } = open.about;
      if (!honest(open.units, awaits.told(returned, news))) check.found(unheardText(open));
    }
    return check.report();
  }
}

interface Numbered {
  readonly operation: number;
}
interface Saying {
  readonly news: News;
  readonly lines: readonly (ReturnLine | GradedLine)[];
  readonly record: number;
}

const whatOf = ({ returned, sku, does, how }: Doing, units: number, record: number) =>
  `${counted(units, "unit")} of ${keyOf(sku)} of ${returned} ${
    units === 1 ? "was" : "were"
  } ${does} ${how} (record ${record})`;

function unsaidText({ units, record, about }: Difference<Doing>): string {
  return units > 0
    ? `${about.sku} says ${whatOf(about, units, record)}, and ${about.returned} does not`
    : `${about.returned} says ${whatOf(about, -units, record)}, and ${about.sku} does not`;
}

function toDoText({ units, record, about }: Difference<Doing>): string {
  return units < 0
    ? `${about.sku} says ${whatOf(about, -units, record)}, and ${about.returned} did not ask for it`
    : `${about.returned} asked that ${whatOf(about, units, record)}, and nobody is about to`;
}

function unheardText({ units, record, about: { returned, news, sku } }: Difference<Told>): string {
  const what = (one: number) =>
    `${counted(one, "unit")} of ${sku} ${one === 1 ? "was" : "were"} ${news} (record ${record})`;
  return units > 0
    ? `return:${returned} says ${what(units)}, and its order did not hear of it`
    : `the order of return:${returned} says ${what(-units)}, and the return does not`;
}
