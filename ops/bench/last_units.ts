import { z } from "zod";
import { newClient } from "../demo/client.ts";
import { Failure } from "../cli/failure.ts";
import { runLoad } from "./contest.ts";
import type { Ours } from "./ours.ts";
import { lastSku, lastUnits } from "./workload.ts";

export interface LastUnitsResult {
  readonly orders: number;
  readonly confirmed: number;
  readonly refused: number;
  /** Anything but 201 and 409. */
  readonly other: number;
  readonly seconds: number;
  readonly p99: number;
}

const ordersSent = 5_000;
const connectionsAtOnce = 256;
const stockLeft = z.object({ available: z.int(), locations: z.array(z.object({ allocated: z.int() })) });

/** W3: 5,000 buyers at once for 500 units of one SKU. */
export async function lastUnitsContest(ours: Ours): Promise<LastUnitsResult> {
  const { statuses, seconds, p99 } = await runLoad({
    workload: "W3",
    run: "W3",
    seed: 1,
    port: ours.port,
    key: ours.key,
    connections: connectionsAtOnce,
    warmUpSeconds: 0,
    seconds: 0,
    orders: ordersSent,
  });
  const confirmed = statuses["201"] ?? 0, refused = statuses["409"] ?? 0;
  await checkStock(ours);
  const other = ordersSent - confirmed - refused;
  if (confirmed !== lastUnits || other !== 0) {
    throw new Failure(`Cannot accept W3: ${confirmed} confirmed, ${refused} refused, of ${lastUnits} units`);
  }
  return { orders: ordersSent, confirmed, refused, other, seconds, p99 };
}

/** The system's own books must agree with what the buyers were told. */
async function checkStock(ours: Ours): Promise<void> {
  const { body } = await newClient({ target: ours, patienceMs: 30_000 }).read(`/v1/stock/${lastSku}`);
  const { available, locations } = stockLeft.parse(body);
  const allocated = locations.reduce((sum, location) => sum + location.allocated, 0);
  if (available === 0 && allocated === lastUnits) return;
  throw new Failure(
    `Cannot accept W3: ${allocated} units are allocated and ${available} left, of ${lastUnits}`,
  );
}
