import { startTestNats } from "../../../ops/testing/nats.ts";
import { testDatabase } from "../../../ops/testing/postgres.ts";
import { openDatabase, type Sql } from "../../../projections/database.ts";
import { migrate } from "../../../projections/migrate.ts";
import { decodeFor, effectProjection } from "../../../projections/effects/effect_projection.ts";
import { EffectRows } from "../../../projections/effects/effect_rows.ts";
import { Projector } from "../../../projections/projector.ts";
import { projectTo, until } from "../../../projections/testing/running.ts";
import { TownLog } from "../../../projections/testing/town_log.ts";
import { deliveryLog } from "../../../projections/webhooks/delivery_log.ts";
import { WebhookOutbox, webhookRows } from "../../../projections/webhooks/outbox.ts";
import type { Broker } from "../../../streams/broker/broker.ts";
import { connectJetStream } from "../../../streams/broker/jetstream.ts";
import {
  openWebhookEndpoints,
  watchWebhookEndpoints,
  type WebhookDirectory,
} from "../../../streams/edge/webhook_endpoints.ts";
import { streamNames } from "../../../streams/record.ts";
import { ensureStreams } from "../../../streams/streams.ts";
import { systemRuntime } from "../../../streams/system_runtime.ts";
import { type OutgoingAnswer, type OutgoingRequest, sendOutgoing } from "../../outgoing/outgoing.ts";
import { WebhookCourier } from "../courier.ts";
import { type CourierLimits, courierLimits } from "../courier_limits.ts";
import { disabler } from "../disabler.ts";
import { endpointDesk, type NewEndpoint } from "../endpoint_desk.ts";
import { Errand } from "../errand.ts";
import { sealer } from "../sealing.ts";

export interface CourierWith {
  readonly limits?: Partial<CourierLimits>;
  readonly send?: (url: string, request: OutgoingRequest) => Promise<OutgoingAnswer>;
  /** How far ahead its clock is. */
  readonly aheadMs?: number;
}
/** With all the patience that the product has: a test's own process may rest for seconds, and what is cut off is sent again. */
export const sendHere = (url: string, request: OutgoingRequest) =>
  sendOutgoing(url, request, { allowPrivate: true });

/** All that tells endpoints, on a real nats-server and a real Postgres; the town's log says what happens. */
export async function openWebhookKit() {
  const nats = await startTestNats(), database = await testDatabase();
  const broker = await connectJetStream({ servers: nats.url, name: "webhooks" });
  await ensureStreams(broker, 1);
  await migrate(database.url);
  const sql = openDatabase({ url: database.url }),
    town = new TownLog(broker),
    runtime = systemRuntime("test");
  const directory = await watchWebhookEndpoints(broker), endpoints = openWebhookEndpoints(broker, runtime);
  const sealing = sealer(new TextEncoder().encode("the installation's own secret"));
  const clock = { aheadMs: 0 };
  const desk = endpointDesk({
    ...{ endpoints, directory, sealer: sealing, nowMs: () => runtime.nowMs() + clock.aheadMs },
    eventsEnd: async () => (await broker.info(streamNames.events)).lastSequence,
  });
  const couriers: Running[] = [];
  let asked = 0;
  const newAsked = () => ({ request: `request ${++asked}`, fingerprint: "" });
  return {
    ...{ sql, town, desk, directory, clock, newAsked, broker, deliveries: deliveryLog(sql) },
    subscribe: async (endpoint: Partial<NewEndpoint> & { readonly url: string }) => {
      const done = await desk.create({ events: ["*"], ...endpoint }, newAsked());
      if (done.kind !== "done") throw new Error(`Cannot subscribe: ${done.kind}`);
      return JSON.parse(done.json) as { readonly endpointId: string; readonly secret: string };
    },
    /** Makes deliveries of the log up to here, as the role `deliver` does beside the projector. */
    project: async (sequence: number) => {
      await projectTo(sequence, { broker, sql });
      await projectOutbox({ broker, sql, directory }, sequence);
    },
    /** The same from the beginning of the log, by somebody who has never seen it. */
    projectAgain: (sequence: number) => projectOutbox({ broker, sql, directory }, sequence, 2),
    courier: ({ limits: given, send = sendHere, aheadMs = 0 }: CourierWith = {}) => {
      const limits = { ...courierLimits, lookMs: 20, ...given }, own = { ...runtime };
      const nowMs = () => runtime.nowMs() + aheadMs;
      const disable = disabler({ sql, directory, endpoints, source: undefined, disabled: () => undefined });
      const backoff = { firstMs: 20, factor: 2, maxMs: 100, attemptsMax: 6 };
      const errand = new Errand({
        ...{ sql, directory, sealer: sealing, send, disable, limits, backoff },
        runtime: { ...own, nowMs },
      });
      const courier = new WebhookCourier({ sql, directory, errand, runtime, limits });
      const done = courier.run();
      done.catch(() => undefined); // Told by `stop`.
      const stop = () => {
        courier.stop();
        return done;
      };
      couriers.push({ stop });
      return { stop };
    },
    /** Those that are stuck for good, and will never end. */
    forgetCouriers: () => void couriers.splice(0),
    stopCouriers: () => Promise.all(couriers.splice(0).map(({ stop }) => stop())),
    close: async () => {
      await Promise.all(couriers.splice(0).map(({ stop }) => stop()));
      await directory.stop();
      await broker.close();
      await sql.end({ timeout: 1 });
      await database.drop();
      await nats.stop();
    },
  };
}
export type WebhookKit = Awaited<ReturnType<typeof openWebhookKit>>;
interface Running {
  stop(): Promise<void>;
}

async function projectOutbox(
  { broker, sql, directory }: {
    readonly broker: Broker;
    readonly sql: Sql;
    readonly directory: WebhookDirectory;
  },
  sequence: number,
  version = 1,
): Promise<void> {
  const runtime = systemRuntime("test"), skipped = () => undefined;
  const rows = new EffectRows({ sql, broker, runtime, skipped });
  const outbox = new WebhookOutbox(directory, "https://shop.example");
  const effect = { ...webhookRows, version, project: outbox.project.bind(outbox) };
  const projections = [effectProjection(effect, rows)];
  const projector = new Projector({
    broker,
    runtime,
    rows,
    projections,
    partition: 0,
    decode: decodeFor(effect),
  });
  const running = projector.run();
  await Promise.race([running, until(() => projector.sequence >= sequence)]);
  projector.stop();
  await running;
}
