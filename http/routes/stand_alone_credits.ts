import type { Hono } from "hono";
import { actorId, type Sku } from "../../actors/ids.ts";
import type { IssueCredit } from "../../actors/money_commands.ts";
import { outcomeOf, respond } from "../answers.ts";
import { readJson } from "../body.ts";
import { canonicalJson } from "../canonical.ts";
import { canonicalDecimal } from "../decimal.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { creditIdOf } from "../order_id.ts";
import { preferenceOf } from "../prefer.ts";
import { findCredit } from "../reading/credit.ts";
import { tagged } from "../reading/tagged.ts";
import { refuse } from "../respond.ts";
import { type StandAloneCreditBody, standAloneCreditBody } from "../schemas/invoice.ts";
import { validate } from "../schemas/issues.ts";
import { orderLinesMax } from "../schemas/order.ts";
import { traceparentOf } from "../traceparent.ts";
import { placeOfNote } from "./credits.ts";

const caps = { lines: orderLinesMax };

/** POST /v1/credits and GET /v1/credits/{creditId}: credits of sales that are not known here. */
export function standAloneCreditRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  app.post("/v1/credits", allow("invoices:write"), (c) => issueCredit(c, edge));

  app.get("/v1/credits/:creditId", allow("invoices:read"), async (c) => {
    const trace = traceparentOf(c.req.header("traceparent")), principal = c.get("principal");
    const found = await findCredit(edge, { id: c.req.param("creditId"), principal, ...trace });
    return found.ok ? tagged(c, { body: found.value, fresh: true }) : refuse(c, found.refusal);
  });
}

async function issueCredit(c: EdgeContext, edge: Edge): Promise<Response> {
  const body = await readJson(c, edge.limits.bodyBytesMax);
  if (!body.ok) return refuse(c, body.refusal);
  const credit = validate(standAloneCreditBody, body.value, { caps });
  if (!credit.ok) return refuse(c, credit.refusal);
  const { channel: own } = c.get("principal"), { channel = own, customer } = credit.value;
  if (own !== undefined && own !== channel) {
    const detail = `Cannot credit: the API key speaks for another channel than "${channel}"`;
    return refuse(c, { problem: "forbidden", detail });
  }
  const command = standAlone(
    edge,
    { ...credit.value, ...(channel !== undefined && { channel }) },
    c.get("principal").keyId,
  );
  const preference = preferenceOf(c.req.header("prefer"), edge.limits, edge.limits.patienceMs);
  const asked = await edge.ask({
    to: actorId("credit", command.credit),
    command,
    patienceMs: preference.patienceMs,
    ...(customer !== undefined && { personal: customer }),
    ...traceparentOf(c.req.header("traceparent")),
  });
  if (asked.kind === "answered" || asked.kind === "defect") {
    edge.ownWrites.note(command.credit, asked.position);
  }
  const pending = { creditId: command.credit, pending: "credit" };
  const outcome = outcomeOf(asked, { status: 201, pending, async: preference.async });
  return respond(c, outcome, placeOfNote(outcome, `/v1/credits/${command.credit}`));
}

/** Copies field by field: what is personal must not slip into a command, which the log keeps for ever. */
function standAlone(edge: Edge, body: StandAloneCreditBody, by: string): IssueCredit {
  const { channel, reference, reason, currency, pricesIncludeTax, customer, lines } = body;
  const { entity, taxMode } = edge.sellers.of(channel);
  const mark = customer && edge.fingerprint(canonicalJson(customer));
  return {
    type: "issue_credit",
    fingerprint: edge.fingerprint(
      canonicalJson({ type: "issue_credit", ...body, lines: lines.map(canonicalLine) }),
    ),
    credit: creditIdOf(channel, reference),
    entity,
    ...(channel !== undefined && { channel }),
    ...{ reference, reason, currency, pricesIncludeTax, taxMode },
    personal: customer !== undefined,
    ...(mark !== undefined && { customerMark: mark }),
    lines: lines.map(({ sku, ...line }) => ({ ...line, ...(sku !== undefined && { sku: sku as Sku }) })),
    by,
  };
}

/** `"5.0"` and `"5.00"` ask for the same. */
const canonicalLine = (line: StandAloneCreditBody["lines"][number]) => ({
  ...line,
  unitPrice: canonicalDecimal(line.unitPrice),
  taxRate: canonicalDecimal(line.taxRate),
});
