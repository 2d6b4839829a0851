import type { Hono } from "hono";
import type { PayoutCommandFromOutside } from "../../actors/payout/payout_commands.ts";
import { actorId } from "../../actors/ids.ts";
import type { PayoutCandidates } from "../../actors/payout/candidates.ts";
import type { StatementAsked } from "../../projections/payout_candidates.ts";
import { outcomeOf, respond } from "../answers.ts";
import { readJson } from "../body.ts";
import { canonicalJson } from "../canonical.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { requestOf } from "../idempotency_key.ts";
import { payoutIdOf } from "../order_id.ts";
import { readStatement, type StatementRead } from "../payouts/statement.ts";
import { preferenceOf } from "../prefer.ts";
import type { Principal } from "../principal.ts";
import type { Refusal } from "../problems.ts";
import { findPayout, isForeignSource } from "../reading/payout.ts";
import { isFresh, wantedPosition } from "../reading/positions.ts";
import { refuse } from "../respond.ts";
import { validate } from "../schemas/issues.ts";
import { writeOffBody } from "../schemas/payout.ts";
import { traceparentOf } from "../traceparent.ts";

/** POST /v1/payouts, …/match and …/lines/{line}/write-off: what a platform pays, what its lines belong to, and what nobody waits for. */
export function payoutRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.post("/v1/payouts", allow("invoices:write"), async (c) => {
    const read = await readStatement(c, edge);
    if (!read.ok) return refuse(c, read.refusal);
    const statement = read.value, foreign = refusalForForeign(c.get("principal"), statement);
    if (foreign !== undefined) return refuse(c, foreign);
    const payout = payoutIdOf(statement.source, statement.reference);
    const candidates = await lookUp(c, edge, { payout, ...statement });
    if (candidates instanceof Response) return candidates;
    const fingerprint = edge.fingerprint(canonicalJson({ type: "payout", ...statement }));
    const { keyId: by } = c.get("principal");
    return await ask(c, edge, payout, { type: "record", payout, fingerprint, ...statement, candidates, by });
  });

  app.post("/v1/payouts/:payoutId/match", allow("invoices:write"), async (c) => {
    const id = c.req.param("payoutId"), principal = c.get("principal");
    const request = requestOf(c.req.header("idempotency-key"), principal.keyId, c.req.path);
    if (!request.ok) return refuse(c, request.refusal);
    const position = edge.ownWrites.of(id), trace = traceparentOf(c.req.header("traceparent"));
    const found = await findPayout(edge, { id, principal, position, ...trace });
    if (!found.ok) return refuse(c, found.refusal);
    const candidates = await lookUp(c, edge, { payout: id, ...found.value.payout });
    if (candidates instanceof Response) return candidates;
    const { keyId: by } = principal;
    return await ask(c, edge, id, { type: "match", request: request.value, candidates, by });
  });

  app.post("/v1/payouts/:payoutId/lines/:line/write-off", allow("invoices:write"), async (c) => {
    const id = c.req.param("payoutId"), line = c.req.param("line"), principal = c.get("principal");
    const body = await readJson(c, edge.limits.bodyBytesMax);
    if (!body.ok) return refuse(c, body.refusal);
    const valid = validate(writeOffBody, body.value);
    if (!valid.ok) return refuse(c, valid.refusal);
    const position = edge.ownWrites.of(id), trace = traceparentOf(c.req.header("traceparent"));
    const found = await findPayout(edge, { id, principal, position, ...trace });
    if (!found.ok) return refuse(c, found.refusal);
    if (!/^[1-9]\d{0,3}$/.test(line)) return refuse(c, unknownLine(id, line));
    const { reason } = valid.value, { keyId: by } = principal;
    const fingerprint = edge.fingerprint(canonicalJson({ type: "write_off", reason }));
    return await ask(c, edge, id, { type: "write_off", line: Number(line), reason, fingerprint, by });
  });
}

/** A storefront's key speaks for its own channel: as the source, and in every line. */
function refusalForForeign(principal: Principal, { source, lines }: StatementRead): Refusal | undefined {
  const { channel: own } = principal;
  const other = isForeignSource(principal, source)
    ? source
    : lines.find(({ channel }) => own !== undefined && channel !== undefined && channel !== own)?.channel;
  if (other === undefined) return undefined;
  const detail = `Cannot take this statement: the API key speaks for another channel than "${other}"`;
  return { problem: "forbidden", detail };
}

/**
 * What the rows hold of the statement's orders and of earlier payouts, once they have what this edge wrote last. Two statements with one
 * line that come at the same moment do not see each other here: both are taken, and the next look at the later one disputes the line.
 */
async function lookUp(
  c: EdgeContext,
  edge: Edge,
  { payout, source, lines }: StatementAsked,
): Promise<PayoutCandidates | Response> {
  const position = wantedPosition(c, edge.ownWrites.latest());
  if (!position.ok) return refuse(c, position.refusal);
  await isFresh(edge.queries.reads("payouts", "orders"), position.value, edge.limits.positionWaitMsMax);
  const { channel } = c.get("principal");
  return await edge.queries.payouts.candidates({
    ...{ payout, source, lines },
    ...(channel !== undefined && { channel }),
  });
}

async function ask(
  c: EdgeContext,
  edge: Edge,
  payoutId: string,
  command: PayoutCommandFromOutside,
): Promise<Response> {
  const preference = preferenceOf(c.req.header("prefer"), edge.limits, edge.limits.patienceMs);
  const asked = await edge.ask({
    to: actorId("payout", payoutId),
    command,
    patienceMs: preference.patienceMs,
    ...traceparentOf(c.req.header("traceparent")),
  });
  if (asked.kind === "answered" || asked.kind === "defect") edge.ownWrites.note(payoutId, asked.position);
  const status = command.type === "match" ? 200 : 201, pending = { payoutId, pending: command.type };
  const outcome = outcomeOf(asked, { status, pending, async: preference.async });
  const placed = outcome.status === 201 || outcome.status === 202;
  return respond(c, outcome, placed ? `/v1/payouts/${payoutId}` : undefined);
}

function unknownLine(payout: string, line: string): Refusal {
  const detail = `Cannot write off line ${line.slice(0, 16)} of payout ${payout}: lines are counted from 1`;
  return { problem: "unknown-payout-line", detail };
}
