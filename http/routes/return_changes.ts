import { z } from "zod";
import { actorId, type ReturnId } from "../../actors/ids.ts";
import type { ReturnCommandFromOutside } from "../../actors/return/return_commands.ts";
import { type Outcome, outcomeOf, respond } from "../answers.ts";
import { type Parsed, readJson } from "../body.ts";
import { canonicalJson } from "../canonical.ts";
import type { Edge, EdgeContext } from "../edge.ts";
import { requestOf } from "../idempotency_key.ts";
import { isReturnId, orderOfReturn } from "../order_id.ts";
import { preferenceOf } from "../prefer.ts";
import { findOrder } from "../reading/order.ts";
import { unknownReturn } from "../reading/return.ts";
import { refuse } from "../respond.ts";
import { orderLinesMax } from "../schemas/order.ts";
import { validate } from "../schemas/issues.ts";
import { traceparentOf } from "../traceparent.ts";

type Change = Exclude<ReturnCommandFromOutside, { readonly type: "read" }>;
type OwnPart<C> = C extends Change ? Omit<C, "request" | "fingerprint" | "by"> : never;
type Lines = readonly { readonly sku: string }[];

/** What one call makes of its body; a call without one says all by its path. */
interface Call<Body extends object> {
  readonly body?: z.ZodType<Body>;
  readonly commandOf: (body: Body) => OwnPart<Change>;
  /** Where the actor was told of lines that were added up. */
  readonly answered?: (lines: Lines, outcome: Outcome) => Outcome;
}

/** A change to a return that is there: known by its Idempotency-Key, or by the `reference` in its body. */
export async function changeReturn<Body extends { readonly reference?: string | undefined }>(
  c: EdgeContext,
  edge: Edge,
  { body: schema, commandOf, answered }: Call<Body>,
): Promise<Response> {
  const id = c.req.param("returnId") ?? "";
  if (!isReturnId(id)) return refuse(c, unknownReturn(id));
  const body = await bodyOf(c, edge, schema);
  if (!body.ok) return refuse(c, body.refusal);
  const own = commandOf(body.value), request = keyOf(c, own.type, body.value.reference);
  if (!request.ok) return refuse(c, request.refusal);
  const foreign = await foreignTo(c, edge, id);
  if (foreign !== undefined) return foreign;
  const fingerprint = edge.fingerprint(canonicalJson({ type: own.type, body: body.value }));
  const command: Change = { ...own, request: request.value, fingerprint, by: c.get("principal").keyId };
  const { patienceMs, async } = preferenceOf(c.req.header("prefer"), edge.limits, edge.limits.patienceMs);
  const trace = traceparentOf(c.req.header("traceparent"));
  const asked = await edge.ask({ to: actorId("return", id), command, patienceMs, ...trace });
  if (asked.kind === "answered" || asked.kind === "defect") edge.ownWrites.note(id, asked.position);
  const pending = { returnId: id, orderId: orderOfReturn(id), pending: own.type };
  const outcome = outcomeOf(asked, { status: 200, pending, async });
  const told = answered?.("lines" in body.value ? body.value.lines as Lines : [], outcome) ?? outcome;
  return respond(c, told, told.status === 202 ? `/v1/returns/${id}` : undefined);
}

async function bodyOf<Body extends object>(
  c: EdgeContext,
  edge: Edge,
  schema: z.ZodType<Body> | undefined,
): Promise<Parsed<Body>> {
  if (schema === undefined) return { ok: true, value: {} as Body };
  const body = await readJson(c, edge.limits.bodyBytesMax);
  return body.ok ? validate(schema, body.value, { caps: { lines: orderLinesMax } }) : body;
}

/** References and hashes of Idempotency-Keys are name spaces of their own. */
function keyOf(c: EdgeContext, type: Change["type"], reference: string | undefined): Parsed<string> {
  if (reference !== undefined) return { ok: true, value: `${type}:${reference}` };
  return requestOf(c.req.header("idempotency-key"), c.get("principal").keyId, c.req.path);
}

/** A storefront's key changes the returns of its own orders only, and learns of no others. */
async function foreignTo(c: EdgeContext, edge: Edge, id: ReturnId): Promise<Response | undefined> {
  const principal = c.get("principal");
  if (principal.channel === undefined) return undefined;
  const found = await findOrder(edge, { id: orderOfReturn(id), principal, position: undefined });
  if (found.ok) return undefined;
  return refuse(c, found.refusal.problem === "unknown-order" ? unknownReturn(id) : found.refusal);
}
