import type { Invoicing } from "../actors/commands.ts";
import { mainEntity } from "../actors/series/seller.ts";

/** Who sells on which channel, and how that entity invoices, by the configuration. */
export interface Sellers {
  /** Of a channel that the configuration does not name, or of none: the entity that sells everything else. */
  of(channel: string | undefined): Invoicing;
}

/** How orders are invoiced that say nothing else. */
const usual: Invoicing = {
  entity: mainEntity,
  on: "on_shipment",
  flatShipping: "first",
  taxMode: "document",
};

export const mainSeller: Sellers = { of: () => usual };

/** What an order has to say of it: nothing, where it is invoiced as orders are. */
export function invoicingOf({ of }: Sellers, channel: string): { readonly invoicing?: Invoicing } {
  const invoicing = of(channel);
  return isUsual(invoicing) ? {} : { invoicing };
}

const isUsual = ({ entity, on, flatShipping, taxMode }: Invoicing): boolean =>
  entity === usual.entity && on === usual.on && flatShipping === usual.flatShipping &&
  taxMode === usual.taxMode;
