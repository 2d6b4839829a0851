import type { Hono } from "hono";
import type { AdjustStock, ReceiveGoods } from "../../actors/commands.ts";
import { actorId, type LocationCode, type Sku } from "../../actors/ids.ts";
import { outcomeOf, respond } from "../answers.ts";
import { readJson } from "../body.ts";
import { canonicalJson } from "../canonical.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { preferenceOf } from "../prefer.ts";
import { refuse } from "../respond.ts";
import { invalid, validate } from "../schemas/issues.ts";
import { adjustmentBody, documentLinesMax, receiptBody } from "../schemas/stock.ts";
import { pointingAt, summed } from "../summed.ts";
import { traceparentOf } from "../traceparent.ts";

const caps = { lines: documentLinesMax };

/** POST /v1/stock/receipts and …/adjustments: documents over many SKUs. */
export function stockDocumentRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.post("/v1/stock/receipts", allow("stock:write"), async (c) => {
    const body = await readJson(c, edge.limits.bodyBytesMax);
    if (!body.ok) return refuse(c, body.refusal);
    const receipt = validate(receiptBody, body.value, { caps });
    if (!receipt.ok) return refuse(c, receipt.refusal);
    const { location, reference, lines } = receipt.value;
    return await record(c, edge, {
      type: "receipt",
      fingerprint: edge.fingerprint(canonicalJson({ type: "receipt", ...receipt.value })),
      location: location as LocationCode,
      reference,
      lines: summed(lines, ({ quantity }) => quantity).map(([sku, quantity]) => ({
        sku: sku as Sku,
        quantity,
      })),
    }, lines);
  });

  app.post("/v1/stock/adjustments", allow("stock:write"), async (c) => {
    const body = await readJson(c, edge.limits.bodyBytesMax);
    if (!body.ok) return refuse(c, body.refusal);
    const adjustment = validate(adjustmentBody, body.value, { caps });
    if (!adjustment.ok) return refuse(c, adjustment.refusal);
    const { location, lines, ...rest } = adjustment.value;
    const deltas = summed(lines, ({ delta }) => delta);
    const nothing = deltas.find(([, delta]) => delta === 0);
    if (nothing !== undefined) {
      const index = lines.findIndex(({ sku }) => sku === nothing[0]);
      const detail = `the lines of "${nothing[0]}" add up to nothing`;
      return refuse(c, invalid([{ pointer: `/lines/${index}/delta`, detail }]));
    }
    return await record(c, edge, {
      type: "adjustment",
      fingerprint: edge.fingerprint(canonicalJson({ type: "adjustment", ...adjustment.value })),
      location: location as LocationCode,
      ...rest,
      lines: deltas.map(([sku, delta]) => ({ sku: sku as Sku, delta })),
    }, lines);
  });
}

async function record(
  c: EdgeContext,
  edge: Edge,
  command: ReceiveGoods | AdjustStock,
  lines: readonly { readonly sku: string }[],
): Promise<Response> {
  const { location, reference } = command;
  const preference = preferenceOf(c.req.header("prefer"), edge.limits, edge.limits.patienceMs);
  const asked = await edge.ask({
    to: actorId("stockdoc", `${location}:${reference}`),
    command,
    patienceMs: preference.patienceMs,
    ...traceparentOf(c.req.header("traceparent")),
  });
  if (asked.kind === "answered" || asked.kind === "defect") {
    edge.ownWrites.note(`stockdoc:${location}:${reference}`, asked.position);
  }
  const pending = { location, reference, pending: command.type };
  const outcome = outcomeOf(asked, { status: 201, pending, async: preference.async });
  return respond(c, pointingAt(lines, outcome));
}
