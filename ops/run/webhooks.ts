import { Buffer } from "node:buffer";
import { sendOutgoing } from "../../http/outgoing/outgoing.ts";
import { WebhookCourier } from "../../http/webhooks/courier.ts";
import { courierLimits } from "../../http/webhooks/courier_limits.ts";
import { disabler } from "../../http/webhooks/disabler.ts";
import { endpointDesk } from "../../http/webhooks/endpoint_desk.ts";
import { Errand } from "../../http/webhooks/errand.ts";
import { type Sealer, sealer } from "../../http/webhooks/sealing.ts";
import type { WebhookDesk } from "../../http/webhooks/webhook_desk.ts";
import type { Sql } from "../../projections/database.ts";
import { deliveryLog } from "../../projections/webhooks/delivery_log.ts";
import { WebhookOutbox, webhookRows } from "../../projections/webhooks/outbox.ts";
import type { Share } from "../../streams/cluster/shares.ts";
import {
  openWebhookEndpoints,
  watchWebhookEndpoints,
  type WebhookDirectory,
} from "../../streams/edge/webhook_endpoints.ts";
import { streamNames } from "../../streams/record.ts";
import { Failure } from "../cli/failure.ts";
import { observeWebhooks } from "../telemetry/webhook_observer.ts";
import type { Effect, EffectGiven } from "./effects.ts";
import type { Shared } from "./role.ts";

function sealerOf({ config }: Shared): Sealer {
  if (config.secret !== undefined) return sealer(Buffer.from(config.secret));
  throw new Failure("Cannot run: WAYBILL_SECRET is not set (it seals the secrets of webhook endpoints)");
}

/** Tells subscribers what happens. */
export async function openWebhooks({ shared, sql }: EffectGiven): Promise<Effect> {
  const sealing = sealerOf(shared), directory = await watchWebhookEndpoints(shared.broker);
  const outbox = new WebhookOutbox(directory, shared.config.publicUrl);
  return {
    name: "webhooks",
    projection: { ...webhookRows, project: (records, db) => outbox.project(records, db) },
    courier: () => Promise.resolve(courierOf(shared, { sql, directory, sealing })),
  };
}

function courierOf(
  { broker, config, runtime, telemetry, measure, log }: Shared,
  { sql, directory, sealing }: { sql: Sql; directory: WebhookDirectory; sealing: Sealer },
): Share {
  const { attempted, disabled, interrupted } = observeWebhooks(telemetry, measure, log);
  const errand = new Errand({
    ...{ sql, directory, sealer: sealing, runtime, limits: courierLimits, attempted },
    send: (url, request) => sendOutgoing(url, request, { allowPrivate: config.privateWebhooks }),
    disable: disabler({
      ...{ sql, directory, endpoints: openWebhookEndpoints(broker, runtime), disabled },
      source: config.publicUrl,
    }),
  });
  const courier = new WebhookCourier({ sql, directory, errand, runtime, interrupted });
  const stop = () => courier.stop();
  const running = courier.run().finally(() => directory.stop());
  return { done: Promise.all([running, directory.ended.finally(stop)]).then(() => undefined), stop };
}

/** The edge's part: endpoints are made and changed there, and their deliveries read. */
export async function openWebhookDesk(
  shared: Shared,
  sql: Sql,
): Promise<{ readonly desk: WebhookDesk; readonly directory: WebhookDirectory }> {
  const { broker, runtime, config } = shared, directory = await watchWebhookEndpoints(broker);
  const endpoints = endpointDesk({
    ...{ endpoints: openWebhookEndpoints(broker, runtime), directory, sealer: sealerOf(shared) },
    nowMs: runtime.nowMs,
    eventsEnd: async () => (await broker.info(streamNames.events)).lastSequence,
  });
  const desk = { endpoints, deliveries: deliveryLog(sql), allowPrivate: config.privateWebhooks };
  return { desk, directory };
}
