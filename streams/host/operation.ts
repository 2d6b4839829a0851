import { type ActorId, kindOf } from "../../actors/ids.ts";
import { type Dead, type Operation, operationKinds, type Pending } from "../record.ts";

/**
 * What an operator tells a partition, as a command among the others: so it has its place in the order of things, is durable before it
 * is answered, and is read again with the log. `retry` and `drop` are for an actor that could not decide something: its parked
 * deliveries follow in their order. `pause` and `resume` are for an actor, or for a kind: `kind:order`.
 */
export interface OperatorCommand {
  readonly type: "operator";
  readonly does: Operation["does"];
  readonly by: string;
  readonly why: string;
  /** With `retry` and `drop`: the cause of the delivery that is meant; another one is refused. */
  readonly cause?: string;
}

export const isOperation = (command: { readonly type: string }): command is OperatorCommand =>
  command.type === "operator" && operationKinds.some((one) => "does" in command && one === command.does);

/** Everything of one kind of actor, as a target. */
export const wholeKind = (kind: string): ActorId => `kind:${kind}` as ActorId;
export const isWholeKind = (target: ActorId): boolean => kindOf(target) === "kind";

/** True for the actors that the target stands for. */
export function covers(target: ActorId): (actor: ActorId) => boolean {
  return (actor) => actor === target || wholeKind(kindOf(actor)) === target;
}

/** What a partition holds back. */
export interface HeldBack {
  /** Actors that could not decide something, and what it was. */
  readonly stopped: Map<ActorId, Dead>;
  /** Actors and kinds that an operator has paused. */
  readonly paused: Set<ActorId>;
  /** What arrived for either since, oldest first. */
  parked: Pending[];
}

/** What the operation lets go: as if it had just arrived, in the order in which it did. */
export function freedBy(
  { stopped, paused, parked }: Readonly<HeldBack>,
  { does, target }: Operated,
): Pending[] {
  if (does === "pause") return [];
  const still = does === "resume"
    ? { stopped, paused: new Set([...paused].filter((one) => one !== target)) }
    : { stopped: new Map([...stopped].filter(([one]) => one !== target)), paused };
  const covered = covers(target), dead = does === "retry" ? stopped.get(target) : undefined;
  return [...(dead ? [dead.delivery] : []), ...parked].filter(({ to }) => covered(to) && !isHeld(still, to));
}
type Operated = Pick<Operation, "does" | "target">;

/** The last thing of its turn. */
export function foldOperation(state: HeldBack & { waiting: Pending[] }, operated: Operated): void {
  const { does, target } = operated, freed = new Set(freedBy(state, operated));
  state.waiting = [...state.waiting, ...freed];
  // Retried while it is paused: it waits on, before all that came since.
  const dead = does === "retry" ? state.stopped.get(target)?.delivery : undefined;
  const parked = dead ? [dead, ...state.parked] : state.parked;
  state.parked = parked.filter((pending) => !freed.has(pending));
  if (does === "pause") state.paused.add(target);
  else if (does === "resume") state.paused.delete(target);
  else state.stopped.delete(target);
}

/** True while a defect or an operator keeps the actor from taking anything. */
export function isHeld(
  { stopped, paused }: Readonly<Pick<HeldBack, "stopped" | "paused">>,
  actor: ActorId,
): boolean {
  if (stopped.has(actor)) return true;
  return paused.size > 0 && (paused.has(actor) || paused.has(wholeKind(kindOf(actor))));
}
