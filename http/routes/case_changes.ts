import type { Hono } from "hono";
import type { z } from "zod";
import type { Json } from "../../actors/actor.ts";
import type { CaseCommand } from "../../actors/commands.ts";
import { actorId } from "../../actors/ids.ts";
import { type CaseId, parcelOfCase } from "../../actors/parcel/case_id.ts";
import { outcomeOf, respond } from "../answers.ts";
import { readJson } from "../body.ts";
import { canonicalJson } from "../canonical.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { requestOf } from "../idempotency_key.ts";
import { preferenceOf } from "../prefer.ts";
import { refuse } from "../respond.ts";
import { assignBody, closeBody, noteBody } from "../schemas/case.ts";
import { validate } from "../schemas/issues.ts";
import { instantOf } from "../schemas/time.ts";
import { traceparentOf } from "../traceparent.ts";
import { isForeignCase, unknownCase } from "./cases.ts";

/** What one call makes of its body. */
interface Change {
  readonly command: OwnPart<CaseCommand>;
  /** Travels beside the command, and never reaches the log. */
  readonly personal?: Json;
}
type OwnPart<C> = C extends CaseCommand ? Omit<C, "case" | "request" | "fingerprint" | "by"> : never;

/** POST /v1/cases/{caseId}/notes, …/assign and …/close. */
export function caseChangeRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  const write = allow("shipments:write");
  app.post(
    "/v1/cases/:caseId/notes",
    write,
    (c) => change(c, edge, noteBody, ({ text }) => ({ command: { type: "case.note" }, personal: text }), 201),
  );
  app.post("/v1/cases/:caseId/assign", write, (c) =>
    change(c, edge, assignBody, ({ dueAt, ...rest }) => {
      const dueAtMs = dueAt === undefined ? undefined : instantOf(dueAt);
      return { command: { type: "case.assign", ...rest, ...(dueAtMs !== undefined && { dueAtMs }) } };
    }));
  app.post(
    "/v1/cases/:caseId/close",
    write,
    (c) => change(c, edge, closeBody, (body) => ({ command: { type: "case.close", ...body } })),
  );
}

async function change<S extends z.ZodType>(
  c: EdgeContext,
  edge: Edge,
  schema: S,
  commandOf: (body: z.output<S>) => Change,
  status: 200 | 201 = 200,
): Promise<Response> {
  const id = c.req.param("caseId") ?? "", parcel = parcelOfCase(id);
  if (parcel === undefined) return refuse(c, unknownCase(id));
  const request = requestOf(c.req.header("idempotency-key"), c.get("principal").keyId, c.req.path);
  if (!request.ok) return refuse(c, request.refusal);
  const body = await readJson(c, edge.limits.bodyBytesMax);
  if (!body.ok) return refuse(c, body.refusal);
  const valid = validate(schema, body.value);
  if (!valid.ok) return refuse(c, valid.refusal);
  if (await isOthers(c, edge, id)) return refuse(c, unknownCase(id));
  const { command: own, ...personal } = commandOf(valid.value);
  const fingerprint = edge.fingerprint(canonicalJson({ type: own.type, body: valid.value }));
  const { keyId: by } = c.get("principal"), keyed = { request: request.value, fingerprint, by };
  const command: CaseCommand = { ...own, ...keyed, case: id as CaseId };
  const preference = preferenceOf(c.req.header("prefer"), edge.limits, edge.limits.patienceMs);
  const asked = await edge.ask({
    to: actorId("parcel", parcel),
    command,
    ...personal,
    patienceMs: preference.patienceMs,
    ...traceparentOf(c.req.header("traceparent")),
  });
  if (asked.kind === "answered" || asked.kind === "defect") edge.ownWrites.note(id, asked.position);
  const pending = { caseId: id, pending: own.type };
  const outcome = outcomeOf(asked, { status, pending, async: preference.async });
  return respond(c, outcome, outcome.status === 202 || status === 201 ? `/v1/cases/${id}` : undefined);
}

/** A storefront's key changes the cases of its own orders only. An order's channel never changes, so any row will do. */
async function isOthers(c: EdgeContext, edge: Edge, id: string): Promise<boolean> {
  if (c.get("principal").channel === undefined) return false;
  const found = await edge.queries.cases.find(id);
  return found === undefined || isForeignCase(c, found);
}
