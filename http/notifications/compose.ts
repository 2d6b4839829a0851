import type { Channel, Reachable } from "../../projections/outbox/recipients.ts";
import type { DueDelivery } from "../../projections/outbox/deliveries.ts";
import type { NoticeOrder } from "../../projections/outbox/notice_rows.ts";
import type { ShipmentFound } from "../../projections/queries.ts";
import type { CarrierAdapter } from "../carriers/adapter.ts";
import { viewOf } from "../tracking/desk.ts";
import { languageFor } from "../tracking/languages.ts";
import type { Branding } from "../tracking/view.ts";
import { mailOf, type Message, pushOf, smsOf } from "./message.ts";
import { noticeOf } from "./notice.ts";
import type { Overrides } from "./overrides.ts";

export interface ComposeOptions {
  readonly shop: Branding;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  readonly carriers: ReadonlyMap<string, Pick<CarrierAdapter, "title" | "trackingUrl">>;
  readonly overrides: Overrides;
  readonly nowMs: () => number;
  order(orderId: string): Promise<NoticeOrder | undefined>;
  shipment(shipmentId: string): Promise<ShipmentFound | undefined>;
}

const maker = { email: mailOf, sms: smsOf, push: pushOf } as const satisfies Record<Channel, unknown>;

/** Makes the message of a delivery; undefined while the rows do not have what it is about. */
export async function composed(due: DueDelivery, options: ComposeOptions): Promise<Message | undefined> {
  const { shop, publicUrl, carriers, overrides } = options, { facts, customer, milestone, link } = due;
  const order = await options.order(due.orderId);
  const shipment = facts.shipment === undefined ? undefined : await options.shipment(facts.shipment);
  if (order === undefined || (facts.shipment !== undefined && shipment === undefined)) return undefined;
  const view = shipment && viewOf(shipment, carriers);
  const { name, country } = customer;
  const notice = noticeOf({
    ...{ milestone, facts, shop, orderNumber: order.orderNumber, lines: view?.lines ?? order.lines },
    language: languageFor({ customers: customer.language }),
    nowMs: options.nowMs(),
    ...(name !== undefined && { name: calledName(name) }),
    ...(country !== undefined && { country }),
    ...(view && { view }),
    links: {
      ...(shipment && { tracking: `${publicUrl}/t/${shipment.token}` }),
      preferences: `${publicUrl}/t/${link}/notifications`,
      unsubscribe: `${publicUrl}/t/${link}/unsubscribe`,
      ...(shop.logo !== undefined && { logo: `${publicUrl}/t/assets/logo` }),
    },
  });
  return maker[due.channel](notice, overrides);
}

const nameCharsMax = 80;
const calledName = (name: string) => name.replace(/\s+/g, " ").trim().slice(0, nameCharsMax);

/** The customer's address by this channel. */
export function addressOf(
  channel: Exclude<Channel, "push">,
  { email, phone }: Reachable,
): string | undefined {
  return channel === "email" ? email : phone;
}
