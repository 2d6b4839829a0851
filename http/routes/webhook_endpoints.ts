import type { Hono } from "hono";
import { readJson } from "../body.ts";
import { canonicalJson } from "../canonical.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { requestOf } from "../idempotency_key.ts";
import { refusalOf } from "../outgoing/outgoing.ts";
import type { Refusal } from "../problems.ts";
import { tagged } from "../reading/tagged.ts";
import { answer, refuse } from "../respond.ts";
import { invalid, validate } from "../schemas/issues.ts";
import { endpointBody, patternsMax } from "../schemas/webhooks.ts";
import { type Asked, type DeskAnswer, endpointsMax } from "../webhooks/endpoint_desk.ts";
import { secretsMax } from "../webhooks/secrets.ts";
import { endpointView } from "../webhooks/view.ts";
import type { WebhookDesk } from "../webhooks/webhook_desk.ts";

const path = "/v1/webhook-endpoints";

/** /v1/webhook-endpoints: whom we tell what happens. */
export function webhookEndpointRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.get(path, allow("webhooks"), async (c) => {
    const found = await edge.webhooks?.endpoints.list(c.get("principal").channel) ?? [];
    const items = found.map((endpoint) => endpointView(endpoint, edge.nowMs()));
    return tagged(c, { body: { items }, fresh: true });
  });
  app.get(`${path}/:endpointId`, allow("webhooks"), async (c) => {
    const id = c.req.param("endpointId"),
      found = await edge.webhooks?.endpoints.find(id, c.get("principal").channel);
    if (found === undefined) return refuse(c, unknownEndpoint(id));
    return tagged(c, { body: endpointView(found, edge.nowMs()), fresh: true });
  });
  app.post(path, allow("webhooks"), async (c) => {
    const desk = edge.webhooks;
    return desk === undefined ? refuse(c, noWebhooks) : await create(c, edge, desk);
  });
  for (const change of ["rotate", "enable"] as const) {
    app.post(`${path}/:endpointId/${change}`, allow("webhooks"), async (c) => {
      const id = c.req.param("endpointId"), { channel } = c.get("principal");
      const asked = askedOf(c, edge, change);
      if (!asked.ok) return refuse(c, asked.refusal);
      const desk = edge.webhooks?.endpoints;
      if (await desk?.find(id, channel) === undefined) return refuse(c, unknownEndpoint(id));
      return respondWith(c, await desk![change](id, asked.value), 200);
    });
  }
  app.delete(`${path}/:endpointId`, allow("webhooks"), async (c) => {
    const id = c.req.param("endpointId");
    const removed = await edge.webhooks?.endpoints.remove(id, c.get("principal").channel);
    return removed === true ? c.body(null, 204) : refuse(c, unknownEndpoint(id));
  });
}

async function create(c: EdgeContext, edge: Edge, desk: WebhookDesk): Promise<Response> {
  const body = await readJson(c, edge.limits.bodyBytesMax);
  if (!body.ok) return refuse(c, body.refusal);
  const wanted = validate(endpointBody, body.value, { caps: { events: patternsMax } });
  if (!wanted.ok) return refuse(c, wanted.refusal);
  const { url, events = ["*"], channel: named, description } = wanted.value,
    { channel: own } = c.get("principal");
  if (named !== undefined && own !== undefined && named !== own) {
    const detail = "Cannot make endpoint: the API key speaks for another channel";
    return refuse(c, { problem: "forbidden", detail });
  }
  const refusal = refusalOf(url, desk);
  if (refusal !== undefined) {
    return refuse(c, invalid([{ pointer: "/url", detail: `cannot be told: ${refusal}` }]));
  }
  const asked = askedOf(c, edge, wanted.value);
  if (!asked.ok) return refuse(c, asked.refusal);
  const channel = named ?? own;
  return respondWith(
    c,
    await desk.endpoints.create({
      ...{ url, events },
      ...(channel !== undefined && { channel }),
      ...(description !== undefined && { description }),
    }, asked.value),
    201,
  );
}

/** None of these bodies has a natural key. */
export function askedOf(
  c: EdgeContext,
  edge: Edge,
  body: unknown,
): { readonly ok: true; readonly value: Asked } | { readonly ok: false; readonly refusal: Refusal } {
  const request = requestOf(c.req.header("idempotency-key"), c.get("principal").keyId, c.req.path);
  if (!request.ok) return request;
  return {
    ok: true,
    value: { request: request.value, fingerprint: edge.fingerprint(canonicalJson({ body })) },
  };
}

function respondWith(c: EdgeContext, done: DeskAnswer, status: 200 | 201): Response {
  switch (done.kind) {
    case "done":
      return answer(c, status, done.json, {
        "content-type": "application/json",
        "cache-control": "no-store", // It may hold a secret.
        ...(status === 201 && { location: `${path}/${done.endpointId}` }),
        ...(done.replayed && { "idempotent-replayed": "true" }),
      });
    case "mismatch":
      return refuse(c, mismatch);
    case "unknown":
      return refuse(c, unknownEndpoint(c.req.param("endpointId") ?? ""));
    case "too-many-endpoints":
      return refuse(c, {
        problem: "too-many-webhook-endpoints",
        detail: `Cannot make endpoint: there are ${endpointsMax} already`,
      });
    case "too-many-secrets":
      return refuse(c, {
        problem: "too-many-webhook-secrets",
        detail: `Cannot rotate: ${secretsMax} secrets are good already`,
      });
  }
}

export const mismatch: Refusal = {
  problem: "idempotency-mismatch",
  detail: "Cannot accept request: its Idempotency-Key was used with another body",
};
const noWebhooks: Refusal = {
  problem: "unavailable",
  detail: "Cannot make endpoint: this edge tells nobody anything",
  retryAfterS: 60,
};
export const unknownEndpoint = (id: string): Refusal => ({
  problem: "unknown-webhook-endpoint",
  detail: `Cannot find webhook endpoint ${id.slice(0, 64)}: there is none of that id`,
});
