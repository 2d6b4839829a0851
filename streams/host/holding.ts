import type { Answer, Rejection } from "../../actors/actor.ts";
import { type ActorId, kindOf } from "../../actors/ids.ts";
import type { Operation, TurnRecord } from "../record.ts";
import { freedBy, type HeldBack, isHeld, isWholeKind } from "./operation.ts";

interface Operating extends Pick<Operation, "does" | "target"> {
  /** Of the delivery that is meant, where the operator saw one. */
  readonly cause: string | undefined;
}

/** Which actors take nothing in a turn: those that a defect has stopped, and those that an operator has paused. */
export class Holding {
  readonly #before: Readonly<HeldBack>;
  readonly #owns: (actor: ActorId) => boolean;
  /** Actors that stopped in this turn. */
  readonly #stopped = new Set<ActorId>();

  constructor(before: Readonly<HeldBack>, owns: (actor: ActorId) => boolean) {
    this.#before = before;
    this.#owns = owns;
  }

  holds(actor: ActorId): boolean {
    return this.#stopped.has(actor) || isHeld(this.#before, actor);
  }

  /** The actor could not decide something in this turn. */
  stop(actor: ActorId): void {
    this.#stopped.add(actor);
  }

  /** What the operator is told; the operation itself is the fold's. `now`: what this turn has done so far. */
  operate(operating: Operating, now: Pick<TurnRecord, "dead" | "parked">): Answer {
    const held = {
      stopped: new Map([...this.#before.stopped, ...now.dead.map((dead) => [dead.actor, dead] as const)]),
      paused: this.#before.paused,
      parked: [...this.#before.parked, ...now.parked],
    };
    const rejection = this.#refusalOf(operating, held);
    if (rejection !== undefined) return { ok: false, rejection };
    return { ok: true, value: { released: freedBy(held, operating).length } };
  }

  #refusalOf({ does, target, cause }: Operating, { stopped, paused }: HeldBack): Rejection | undefined {
    const because = (reason: string, why: string) => ({ reason, detail: `Cannot ${does} ${target}: ${why}` });
    const isIntake = kindOf(target) === "intake", dead = stopped.get(target)?.delivery.cause.id;
    // Not passed on: it would come behind what came before it.
    if (!isWholeKind(target) && !isIntake && !this.#owns(target)) {
      return because("moved", "it lives in another partition by now; ask again");
    }
    if (does === "resume" && !paused.has(target)) return because("not-paused", "it is not paused");
    if (does !== "retry" && does !== "drop") return undefined;
    if (dead === undefined) return because("not-stopped", "it is not stopped");
    if (cause !== undefined && cause !== dead) {
      return because("not-that", "it is stopped by something else by now; look again");
    }
    if (does === "drop" || !isIntake) return undefined;
    return because("not-readable", "what stands in COMMANDS there is no command; drop it");
  }
}
