import type { ActorId } from "../../actors/ids.ts";
import { outcomeOf } from "../answers.ts";
import type { Parsed } from "../body.ts";
import type { Edge } from "../edge.ts";

interface Wanted {
  readonly actor: ActorId;
  /** What it is called where no host answers in time. */
  readonly noun: "order" | "payout" | "credit";
  readonly traceparent?: string;
}

/** What an actor says of itself: only it may say that it is unknown. Asking costs a turn; rows, where they have it, cost none. */
export async function viewFromActor<View>(edge: Edge, wanted: Wanted): Promise<Parsed<View>> {
  const { actor, noun, traceparent } = wanted;
  const asked = await edge.ask({
    to: actor,
    command: { type: "read" },
    patienceMs: edge.limits.patienceMs,
    ...(traceparent !== undefined && { traceparent }),
  });
  if (asked.kind === "accepted" || asked.kind === "in-doubt") {
    const detail = `Cannot read ${noun}: no host answered in time`;
    return { ok: false, refusal: { problem: "no-answer", detail, retryAfterS: 1 } };
  }
  const { status, body } = outcomeOf(asked, { status: 200, pending: undefined });
  if (typeof status !== "number") return { ok: false, refusal: status };
  return { ok: true, value: JSON.parse(body ?? "") as View };
}
