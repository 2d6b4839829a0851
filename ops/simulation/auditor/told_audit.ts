import type { ActorId } from "../../../actors/ids.ts";
import type { Asked } from "../../../streams/edge/asking.ts";
import { promised } from "./violation.ts";

/** What callers are told, held against what others were told before they asked. */
export class ToldAudit {
  /** Orders that somebody was told are accepted, and when that was. */
  readonly #placed = new Map<ActorId, number>();

  /** Asked at one time, told at another, by the world's clock. */
  told(
    { to, command: { type } }: { readonly to: ActorId; readonly command: { readonly type: string } },
    asked: Asked,
    { askedMs, toldMs }: { readonly askedMs: number; readonly toldMs: number },
  ): void {
    const ok = asked.kind === "accepted" || (asked.kind === "answered" && asked.answer.ok);
    if (type === "place" && ok && !this.#placed.has(to)) this.#placed.set(to, toldMs);
    const unknown = asked.kind === "answered" && !asked.answer.ok &&
      asked.answer.rejection.reason === "unknown-order";
    const sinceMs = this.#placed.get(to) ?? Infinity;
    promised(
      "linear",
      !unknown || askedMs < sinceMs,
      () => `${to} is unknown to who asked at ${askedMs}, but was accepted by ${sinceMs}`,
    );
  }
}
