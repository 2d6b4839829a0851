import { readFileSync } from "node:fs";
import { composed } from "../../http/notifications/compose.ts";
import { Courier } from "../../http/notifications/courier.ts";
import { type Overrides, readOverrides } from "../../http/notifications/overrides.ts";
import { openPreferences, type Preferences } from "../../http/notifications/preferences.ts";
import { inboxSender } from "../../http/notifications/senders/inbox_sender.ts";
import type { Sender } from "../../http/notifications/senders/sender.ts";
import { smsSender } from "../../http/notifications/senders/sms.ts";
import { smtpSender } from "../../http/notifications/senders/smtp.ts";
import { webPushSender } from "../../http/notifications/senders/web_push.ts";
import { openDeliveries } from "../../projections/outbox/deliveries.ts";
import type { FanOutOptions, Target } from "../../projections/outbox/fan_out.ts";
import { openInbox } from "../../projections/outbox/inbox.ts";
import { readNoticeOrder } from "../../projections/outbox/notice_rows.ts";
import { outbox } from "../../projections/outbox/outbox.ts";
import type { Channel } from "../../projections/outbox/recipients.ts";
import { trackingQueries } from "../../projections/tracking_queries.ts";
import type { Share } from "../../streams/cluster/shares.ts";
import { observeNotifications } from "../telemetry/notification_observer.ts";
import { openCarriers } from "./carriers.ts";
import type { Effect, EffectGiven } from "./effects.ts";
import { fanningOut } from "./fanning_out.ts";
import type { Shared } from "./role.ts";
import { together } from "../../streams/cluster/share.ts";

/** Customers are told what becomes of their orders. */
export const notifications: Effect = {
  name: "notifications",
  projection: outbox,
  courier: openNotifications,
};

async function openNotifications({ shared, sql }: EffectGiven): Promise<Share> {
  const { broker, runtime, config, telemetry, measure, log } = shared,
    { ageMsMax, templates } = config.notifications;
  const deliveries = openDeliveries(sql), preferences = openPreferences(broker, runtime);
  const observer = observeNotifications(telemetry, measure, log), { adapters } = await openCarriers();
  const overrides: Overrides = templates === undefined ? () => undefined : readOverrides(templates);
  const senders = sendersOf(shared, openInbox(sql)), channels = senders.map(({ channel }) => channel);
  if (!channels.includes("email")) log.warn({ channels }, "no e-mail is sent: WAYBILL_SMTP_URL is not set");
  const targetsOf = targetsBy(channels, preferences), tracking = trackingQueries(sql);
  const compose = {
    ...{ shop: config.branding, publicUrl: publicUrlOf(shared), carriers: adapters, overrides },
    nowMs: () => runtime.nowMs(),
    order: (orderId: string) => readNoticeOrder(sql, orderId),
    shipment: (shipmentId: string) => tracking.shipment(shipmentId),
  };
  const couriers = senders.map((sender) =>
    new Courier({
      ...{ sender, deliveries, preferences, runtime, limits: { ageMsMax } },
      ...{ tried: observer.tried, interrupted: observer.interrupted },
      compose: (due) => composed(due, compose),
    })
  );
  return together([
    fanningOut({ sql, targetsOf, ageMsMax, deliveries, runtime, observer }),
    ...couriers.map((courier) => ({ done: courier.run(), stop: () => courier.stop() })),
  ]);
}

/** One for each channel that there is. */
function sendersOf({ config: { notifications } }: Shared, inbox: ReturnType<typeof openInbox>): Sender[] {
  const { smtp, sms, push, inbox: develops } = notifications, senders: Sender[] = [];
  if (smtp) {
    const { caFile, ...options } = smtp;
    senders.push(
      smtpSender({ ...options, ...(caFile !== undefined && { ca: readFileSync(caFile, "utf8") }) }),
    );
  } else if (develops) senders.push(inboxSender("email", inbox));
  if (sms) senders.push(smsSender(sms));
  else if (develops) senders.push(inboxSender("sms", inbox));
  if (push) senders.push(webPushSender(push));
  return senders;
}

/** How a customer can be reached by these channels. */
function targetsBy(
  channels: readonly Channel[],
  preferences: Pick<Preferences, "subscriptions">,
): FanOutOptions["targetsOf"] {
  const has = (channel: Channel) => channels.includes(channel);
  return async (orderId, { email, phone }) => {
    const targets: Target[] = [];
    if (has("email") && email !== undefined) targets.push({ channel: "email", address: email });
    if (has("sms") && phone !== undefined) targets.push({ channel: "sms", address: phone });
    const browsers = has("push") ? await preferences.subscriptions(orderId) : [];
    return [...targets, ...browsers.map(({ endpoint }) => ({ channel: "push" as const, address: endpoint }))];
  };
}

/** Where the links of messages lead: embedded, to this machine. */
function publicUrlOf({ config: { publicUrl, host, port } }: Shared): string {
  return publicUrl ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
