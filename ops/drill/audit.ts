import { newClient } from "../demo/client.ts";
import type { Target } from "../demo/target.ts";
import { type Placed, skus, unitsOfEach } from "./load.ts";

/** What a shop that kept its own list finds: nothing of it should ever be anything but zero. */
export interface Losses {
  /** Acknowledged orders that are not there, or not as they were acknowledged. */
  readonly orders: number;
  /** Orders of which a parcel was acknowledged and is not there, or is there and was not. */
  readonly parcels: number;
  /** Units that left the stock, or are kept for orders, other than the list says: too few or, for orders taken twice, too many. */
  readonly units: number;
}

const patienceMs = 300_000, readersAtOnce = 8;

/** Asks for every order of the list, and for the stock; nothing may be on its way. `from`: what was looked at before is skipped. */
export async function lossesOf(target: Target, placed: readonly Placed[], from = 0): Promise<Losses> {
  const client = newClient({ target, patienceMs });
  const rest = placed.slice(from);
  let orders = 0, parcels = 0;
  const look = async ({ orderId, number, shipped }: Placed) => {
    const { status, body } = await client.read(`/v1/orders/${orderId}`);
    const order = status === 200 ? body as { readonly orderNumber?: string; readonly status?: string } : {};
    if (order.orderNumber !== number) orders++;
    else if (order.status !== (shipped === undefined ? "confirmed" : "shipped")) parcels++;
  };
  const reader = async () => {
    for (let one = rest.pop(); one !== undefined; one = rest.pop()) await look(one);
  };
  await Promise.all(Array.from({ length: readersAtOnce }, reader));
  let units = 0;
  for (const sku of skus) {
    const { body } = await client.read(`/v1/stock/${sku}`), [at] = (body as Stock).locations;
    const mine = placed.filter((one) => one.sku === sku);
    const left = mine.filter(({ shipped }) => shipped !== undefined).length;
    units += Math.abs(unitsOfEach - left - at!.onHand) + Math.abs(mine.length - left - at!.allocated);
  }
  return { orders, parcels, units };
}

interface Stock {
  readonly locations: readonly { readonly onHand: number; readonly allocated: number }[];
}
