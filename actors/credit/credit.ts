import { accept, type Actor, type Decision, never, reject, type Rejection } from "../actor.ts";
import { asJson, stateFrom } from "../as_json.ts";
import type { CreditCommandFromOutside, IssueCredit } from "../money_commands.ts";
import { actorId } from "../ids.ts";
import type { DocumentIssued, IssueDocument } from "../protocol.ts";
import type { CreditEvent, CreditIssued, CreditIssuedV1, CreditRequested } from "./credit_events.ts";
import { creditDraft } from "./credit_draft.ts";

export type CreditCommand = CreditCommandFromOutside | DocumentIssued;
export type CreditRejection = Rejection<"unknown-credit" | "idempotency-mismatch">;
export interface CreditState {
  readonly key: string;
  readonly requested?: CreditRequested["data"];
  readonly issued?: CreditIssuedV1["data"];
}
type CreditDecision = Decision<CreditEvent, CreditRejection>;

/** A credit note for a sale that is not known here: one document, once for its reference. */
export const credit: Actor<CreditState, CreditCommand, CreditEvent, CreditRejection> = {
  kind: "credit",
  stateVersion: 1,
  restsAfterBirth: true,
  initial: (key) => ({ key }),
  evolve,
  decide,
  answer: (state) => state.requested === undefined ? { ok: false, rejection: unknown(state) } : viewed(state),
  touches: (command) => command.type === "issue_credit" ? [actorId("series", command.entity)] : [],
  encode: asJson,
  decode: stateFrom,
  sizeOf: ({ requested }) => 500 + 300 * (requested?.lines.length ?? 0),
};

const topic = "credit";

function decide(state: CreditState, command: CreditCommand): CreditDecision {
  switch (command.type) {
    case "issue_credit":
      return request(state, command);
    case "issued": {
      if (state.requested === undefined || state.issued !== undefined) return accept<CreditEvent>();
      const { number, issuedOn, total } = command, { channel, reference, currency } = state.requested;
      const of = { ...(channel !== undefined && { channel }), reference, currency };
      const data: CreditIssued["data"] = { number, ...of, issuedOn, total };
      return accept<CreditEvent>([{ type: "credit.issued", version: 2, data }], { settles: [topic] });
    }
    case "read":
      return state.requested === undefined
        ? reject(unknown(state))
        : accept<CreditEvent>([], { reply: "view" });
    default:
      return never(command);
  }
}

function request(state: CreditState, { type: _, ...data }: IssueCredit): CreditDecision {
  if (state.requested !== undefined) {
    if (state.requested.fingerprint !== data.fingerprint) {
      const detail = `Cannot credit ${data.reference}: that reference was used with another body`;
      return reject({ reason: "idempotency-mismatch", detail });
    }
    const reply = state.issued === undefined ? { later: topic } : { ...viewed(state), replayed: true };
    return accept<CreditEvent>([], { reply });
  }
  const draft = creditDraft(data);
  const message: IssueDocument = { type: "issue", from: actorId("credit", data.credit), draft };
  return accept<CreditEvent>([{ type: "credit.requested", version: 1, data }], {
    messages: [{ to: actorId("series", data.entity), message }],
    reply: { later: topic },
  });
}

function evolve(state: CreditState, event: CreditEvent): CreditState {
  switch (event.type) {
    case "credit.requested":
      return { ...state, requested: event.data };
    case "credit.issued": {
      const { number, issuedOn, total } = event.data;
      return { ...state, issued: { number, issuedOn, total } };
    }
    default:
      return never(event);
  }
}

/** A credit as everyone sees it. It has a number, a day and a total once the series has given them. */
export interface CreditView extends Partial<CreditIssuedV1["data"]> {
  readonly creditId: string;
  readonly type: "credit_note";
  readonly status: "issuing" | "issued";
  readonly channel?: string;
  readonly reference: string;
  readonly reason: string;
  readonly currency: string;
}

function viewed({ requested, issued }: CreditState) {
  const { credit: creditId, channel, reference, reason, currency } = requested!;
  const value: CreditView = {
    ...{ creditId, type: "credit_note", status: issued === undefined ? "issuing" : "issued" },
    ...(channel !== undefined && { channel }),
    ...{ reference, reason, currency },
    ...issued,
  };
  return { ok: true as const, value: asJson(value) };
}

function unknown({ key }: CreditState): CreditRejection {
  return { reason: "unknown-credit", detail: `Cannot find credit ${key}: it was never asked for` };
}
