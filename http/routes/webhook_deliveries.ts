import type { Hono } from "hono";
import { publicEvent } from "../../projections/webhooks/catalogue.ts";
import { frozen } from "../../projections/webhooks/cloud_event.ts";
import type { OnceDone, Replay } from "../../projections/webhooks/delivery_log.ts";
import type { WebhookEndpoint } from "../../streams/edge/webhook_endpoints.ts";
import { readJson } from "../body.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { pageOf } from "../reading/page.ts";
import { isRecord, validate } from "../schemas/issues.ts";
import { json, refuse } from "../respond.ts";
import { instantOf } from "../schemas/time.ts";
import { deliveriesQuery, replayBody } from "../schemas/webhooks.ts";
import type { WebhookDesk } from "../webhooks/webhook_desk.ts";
import { askedOf, mismatch, unknownEndpoint } from "./webhook_endpoints.ts";

const path = "/v1/webhook-endpoints/:endpointId";

/** …/deliveries, …/replay and …/test: what an endpoint was told, telling it again, and whether it hears us. */
export function webhookDeliveryRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  type Work = (c: EdgeContext, edge: Edge, found: Found) => Promise<Response>;
  const withEndpoint = (work: Work) => async (c: EdgeContext) => {
    const id = c.req.param("endpointId") ?? "", desk = edge.webhooks;
    const endpoint = await desk?.endpoints.find(id, c.get("principal").channel);
    if (desk === undefined || endpoint === undefined) return refuse(c, unknownEndpoint(id));
    return await work(c, edge, { desk, endpoint });
  };
  app.get(`${path}/deliveries`, allow("webhooks"), withEndpoint(list));
  app.post(`${path}/replay`, allow("webhooks"), withEndpoint(replay));
  app.post(`${path}/test`, allow("webhooks"), withEndpoint(test));
}

interface Found {
  readonly desk: WebhookDesk;
  readonly endpoint: WebhookEndpoint;
}

async function list(
  c: EdgeContext,
  edge: Edge,
  { desk, endpoint: { endpointId } }: Found,
): Promise<Response> {
  const query = validate(deliveriesQuery, c.req.query(), { prefix: "/query" });
  if (!query.ok) return refuse(c, query.refusal);
  const { status, limit = edge.limits.listLimit, cursor } = query.value;
  const page = await desk.deliveries.list({
    ...{ endpointId, limit },
    ...(status !== undefined && { status }),
    ...(cursor !== undefined && { cursor }),
  });
  return pageOf(c, page, true);
}

async function replay(
  c: EdgeContext,
  edge: Edge,
  { desk, endpoint: { endpointId } }: Found,
): Promise<Response> {
  const body = await readJson(c, edge.limits.bodyBytesMax);
  if (!body.ok) return refuse(c, body.refusal);
  const wanted = validate(replayBody, body.value);
  if (!wanted.ok) return refuse(c, wanted.refusal);
  const { deliveryId, since, status: states = ["delivered", "failed"], dryRun = since !== undefined } =
    wanted.value;
  const about: Replay = deliveryId !== undefined
    ? { endpointId, deliveryId }
    : { endpointId, sinceMs: instantOf(since ?? "") ?? 0, states };
  if (dryRun) return json(c, 200, { matched: await desk.deliveries.count(about), replayed: 0, dryRun });
  const asked = askedOf(c, edge, wanted.value);
  if (!asked.ok) return refuse(c, asked.refusal);
  const done = await desk.deliveries.replay(about, asked.value);
  if (
    deliveryId !== undefined && done.kind === "done" && isRecord(done.answer) && done.answer.matched === 0
  ) {
    const detail = `Cannot replay ${deliveryId}: this endpoint has no such delivery`;
    return refuse(c, { problem: "unknown-webhook-delivery", detail });
  }
  return onceAnswer(c, done, { dryRun });
}

async function test(
  c: EdgeContext,
  edge: Edge,
  { desk, endpoint: { endpointId, channel } }: Found,
): Promise<Response> {
  const asked = askedOf(c, edge, "test");
  if (!asked.ok) return refuse(c, asked.refusal);
  const event = frozen({
    event: publicEvent("webhook.test"),
    place: ["test", asked.value.request],
    source: edge.publicUrl ?? "urn:waybill",
    subject: endpointId,
    channel,
    atMs: edge.nowMs(),
    data: { endpointId },
  });
  return onceAnswer(c, await desk.deliveries.tell(endpointId, event, asked.value), {});
}

/** 202: it is on its way; its delivery tells what came of it. */
function onceAnswer(c: EdgeContext, done: OnceDone, beside: object): Response {
  if (done.kind === "mismatch") return refuse(c, mismatch);
  const body = { ...(isRecord(done.answer) ? done.answer : {}), ...beside };
  return json(c, 202, body, done.replayed ? { "idempotent-replayed": "true" } : {});
}
