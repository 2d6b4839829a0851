import { type ActorId, actorId } from "../../actors/ids.ts";
import { bucketOfDisposition } from "../../actors/return/disposition.ts";
import type {
  GradedLine,
  Move,
  ReturnGradingAsked,
  ReturnReceiptAsked,
} from "../../actors/return/return_events.ts";

/** What a SKU does with units of a return. */
export interface Doing {
  readonly returned: ActorId;
  readonly sku: ActorId;
  readonly does: "received" | "graded" | "restocked";
  /** Where, or as what. */
  readonly how: string;
}
export interface DoneUnits {
  readonly doing: Doing;
  readonly units: number;
}

export const keyOfDoing = ({ returned, sku, does, how }: Doing) => `${returned}\n${sku}\n${does}\n${how}`;

export const receiving = (returned: ActorId, { sku, quantity, location }: Move): DoneUnits => ({
  doing: { returned, sku: actorId("sku", sku), does: "received", how: `at ${location}` },
  units: quantity,
});
export const restocking = (returned: ActorId, { sku, quantity, location }: Move): DoneUnits => ({
  doing: { returned, sku: actorId("sku", sku), does: "restocked", how: `at ${location}` },
  units: quantity,
});
/** `to`: null when they leave. */
export const gradedAs = (grade: string, to: string | null) => `as ${grade}, to ${to ?? "nowhere"}`;
export const grading = (
  returned: ActorId,
  { sku, quantity, grade, disposition }: GradedLine,
): DoneUnits => ({
  doing: {
    returned,
    sku: actorId("sku", sku),
    does: "graded",
    how: gradedAs(grade, bucketOfDisposition[disposition]),
  },
  units: quantity,
});

/** A receipt or a grading that its return has not finished. */
export class ReturnWork {
  readonly asked: DoneUnits[];
  readonly #returned: ActorId;
  readonly #grading: ReturnGradingAsked["data"] | undefined;
  /** Moves of which nothing could be done. */
  readonly #short = new Set<number>();

  private constructor(returned: ActorId, asked: DoneUnits[], gradingAsked?: ReturnGradingAsked["data"]) {
    this.#returned = returned;
    this.asked = asked;
    this.#grading = gradingAsked;
  }

  static receipt(returned: ActorId, { location, lines }: ReturnReceiptAsked["data"]): ReturnWork {
    return new ReturnWork(returned, lines.map((line) => receiving(returned, { ...line, location })));
  }

  static grading(returned: ActorId, data: ReturnGradingAsked["data"]): ReturnWork {
    return new ReturnWork(returned, data.lines.map((line) => grading(returned, line)), data);
  }

  short(moves: readonly { readonly move: number }[]): void {
    for (const { move } of moves) this.#short.add(move);
  }

  /** What other SKUs are asked to take, once the short moves are known. */
  restock(): readonly DoneUnits[] {
    const { lines = [], moves = [] } = this.#grading ?? {}, asked: DoneUnits[] = [];
    moves.forEach(({ line, ...move }, i) => {
      const sku = lines[line]?.restockAs;
      if (sku !== undefined && !this.#short.has(i)) asked.push(restocking(this.#returned, { ...move, sku }));
    });
    this.asked.push(...asked);
    return asked;
  }
}
