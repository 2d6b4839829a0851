import type { Invoicing } from "../actors/money_commands.ts";
import { usualInvoicing } from "../actors/order/money_state.ts";

/** Who sells on which channel, and how that entity invoices, by the configuration. */
export interface Sellers {
  /** Of a channel that the configuration does not name, or of none: the entity that sells everything else. */
  of(channel: string | undefined): Invoicing;
}

export const mainSeller: Sellers = { of: () => usualInvoicing };

/** What an order has to say of it: nothing, where it is invoiced as orders are. */
export function invoicingOf({ of }: Sellers, channel: string): { readonly invoicing?: Invoicing } {
  const invoicing = of(channel);
  return isUsual(invoicing) ? {} : { invoicing };
}

const isUsual = ({ entity, on, flatShipping, taxMode }: Invoicing): boolean =>
  entity === usualInvoicing.entity && on === usualInvoicing.on &&
  flatShipping === usualInvoicing.flatShipping &&
  taxMode === usualInvoicing.taxMode;
