import { openDeliveries, type ParkedDelivery } from "../../projections/outbox/deliveries.ts";
import type { Sql } from "../../projections/database.ts";
import { Failure } from "../cli/failure.ts";
import { type DeadLetter, type DeadLetterSource, idOf } from "./dead_letters.ts";
import { counted } from "../cli/counted.ts";

const name = "undelivered";

/** Messages to customers that were given up. They hold up nothing. */
export function undelivered(sql: Sql): DeadLetterSource {
  const deliveries = openDeliveries(sql);
  return {
    name,
    list: async (limit) => (await deliveries.parked({ limit })).map(letterOf),
    show: async (key) => (await deliveries.parked({ limit: 1, deliveryId: key }))[0],
    retry: async (key) => {
      if (await deliveries.retry([key]) === 0) throw gone("retry", key);
      return `${key} will be sent again`;
    },
    drop: async (key, { by, why }) => {
      if (!await deliveries.drop(key, `dropped by ${by}: ${why}`)) throw gone("drop", key);
      return `${key} will not be sent any more`;
    },
  };
}

const gone = (does: string, key: string) => new Failure(`Cannot ${does} ${key}: it is not given up any more`);

function letterOf(
  { delivery_id, channel, milestone, order_id, attempts, problem }: ParkedDelivery,
): DeadLetter {
  return {
    id: idOf(name, delivery_id),
    what: `tell of "${milestone}" by ${channel}, for ${order_id}`,
    why: `${problem} (tried ${counted(attempts, "time")})`,
    waiting: 0,
  };
}
