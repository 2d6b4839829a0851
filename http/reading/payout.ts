import { actorId } from "../../actors/ids.ts";
import type { PayoutView } from "../../actors/payout/view.ts";
import type { Positions } from "../../projections/queries.ts";
import type { Parsed } from "../body.ts";
import type { Edge } from "../edge.ts";
import { isPayoutId } from "../order_id.ts";
import type { Principal } from "../principal.ts";
import type { Refusal } from "../problems.ts";
import { viewFromActor } from "./actor.ts";
import { isFresh } from "./positions.ts";

export interface PayoutFound {
  readonly payout: PayoutView;
  readonly fresh: boolean;
}
interface Wanted {
  readonly id: string;
  readonly principal: Principal;
  readonly position: Positions | undefined;
  readonly traceparent?: string;
}

/** The payout from its rows; from its actor when they do not have it. Only that may say that it is unknown. */
export async function findPayout(edge: Edge, wanted: Wanted): Promise<Parsed<PayoutFound>> {
  const { id, principal, position, ...trace } = wanted;
  if (!isPayoutId(id)) return { ok: false, refusal: unknownPayout(id) };
  const fresh = await isFresh(edge.queries.reads("payouts"), position, edge.limits.positionWaitMsMax);
  const row = await edge.queries.payouts.find(id);
  const found = row === undefined
    ? await viewFromActor<PayoutView>(edge, { actor: actorId("payout", id), noun: "payout", ...trace })
    : { ok: true, value: row } as const;
  if (!found.ok) return found;
  if (isForeign(principal, found.value)) return { ok: false, refusal: unknownPayout(id) };
  return { ok: true, value: { payout: found.value, fresh: fresh || row === undefined } };
}

/** Also one of its own source in which somebody else named another channel's orders. */
function isForeign(principal: Principal, { source, lines }: PayoutView): boolean {
  if (isForeignSource(principal, source)) return true;
  return lines.some(({ channel }) => channel !== undefined && isForeignSource(principal, channel));
}

/** A storefront's key speaks for payouts of its own channel. */
export const isForeignSource = ({ channel }: Principal, source: string): boolean =>
  channel !== undefined && channel !== source;

export function unknownPayout(id: string): Refusal {
  const detail = `Cannot find payout ${id.slice(0, 64)}: no such statement was ever taken`;
  return { problem: "unknown-payout", detail };
}
