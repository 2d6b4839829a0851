import type { Sql } from "../../projections/database.ts";
import { dropFailed, failedDeliveries, retryFailed } from "../../projections/webhooks/failed_deliveries.ts";
import { Failure } from "../cli/failure.ts";
import { type DeadLetterSource, idOf } from "./dead_letters.ts";
import { counted } from "../cli/counted.ts";

const name = "untold";

/** Webhook deliveries that were given up after all their tries. They hold up nothing. */
export function untold(sql: Sql): DeadLetterSource {
  return {
    name,
    list: async (limit) =>
      (await failedDeliveries(sql, { limit })).map((
        { deliveryId, endpointId, type, subject, attempts, error },
      ) => ({
        id: idOf(name, deliveryId),
        what: `tell ${endpointId} of ${type} of ${subject}`,
        why: `${error} (tried ${counted(attempts, "time")})`,
        waiting: 0,
      })),
    show: async (key) => (await failedDeliveries(sql, { limit: 1, deliveryId: key }))[0],
    retry: async (key) => {
      if (!await retryFailed(sql, key)) throw new Failure(`Cannot retry ${key}: it is not given up any more`);
      return `${key} will be sent again`;
    },
    drop: async (key) => {
      if (!await dropFailed(sql, key)) throw new Failure(`Cannot drop ${key}: it is not given up any more`);
      return `${key} will not be sent any more`;
    },
  };
}
