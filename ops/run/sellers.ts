import { actorId } from "../../actors/ids.ts";
import type { DescribeSeller } from "../../actors/money_commands.ts";
import type { Seller } from "../../actors/series/seller.ts";
import { pause } from "../../projections/pace.ts";
import type { Ask } from "../../streams/edge/asking.ts";
import { unlessReadOnly } from "./read_only.ts";
import type { Shared } from "./role.ts";

const patienceMs = 10_000, retryMsMin = 1_000, retryMsMax = 30_000;

type Needs = Pick<Shared, "runtime" | "switches"> & {
  readonly log: Pick<Shared["log"], "info" | "warn" | "error">;
};
interface Describing {
  readonly ask: Ask;
  readonly signal: AbortSignal;
}

/**
 * Tells each series what documents say of their seller, as the configuration has it. The same again changes nothing, so every edge does
 * it at every start, in the background; until it is done, documents name the seller as they did before.
 */
export async function describeSellers(
  shared: Needs,
  sellers: readonly Seller[],
  { ask, signal }: Describing,
): Promise<void> {
  const describing = { ask: unlessReadOnly(ask, shared.switches), signal };
  await Promise.all(sellers.map(async (seller) => {
    try {
      await describe(shared, seller, describing);
    } catch (error) {
      shared.log.error({ err: error, entity: seller.entity }, "the seller is not described, by a defect");
    }
  }));
}

async function describe({ runtime, log }: Needs, seller: Seller, { ask, signal }: Describing): Promise<void> {
  const command: DescribeSeller = { type: "describe", seller }, { entity } = seller;
  for (let retryMs = retryMsMin; !signal.aborted; retryMs = Math.min(retryMs * 2, retryMsMax)) {
    const asked = await ask({ to: actorId("series", entity), command, patienceMs });
    switch (asked.kind) {
      case "answered":
        if (asked.answer.ok) return log.info({ entity }, "the seller is described");
        return log.error({ entity, ...asked.answer.rejection }, "the seller cannot be described");
      case "defect":
        return log.error({ entity }, "the seller cannot be described: a defect of ours, which is recorded");
      case "accepted": // It is durable, and will be decided.
        return log.info({ entity }, "the seller will be described as soon as a host runs");
      default:
        log.warn({ entity, reason: asked.kind, retryMs }, "the seller is not described yet");
    }
    await pause(runtime, retryMs, signal);
  }
}
