import { accept, type Actor, type Cause, type Decision, never, type Rejection } from "../actor.ts";
import { asJson, stateFrom } from "../as_json.ts";
import type { ContinueSeries, DescribeSeller, SeriesCommandFromOutside } from "../money_commands.ts";
import type { DocumentIssued, IssueDocument } from "../protocol.ts";
import type { DocumentType, IssuedDocument } from "./document.ts";
import { documentHash, sellerHash } from "./hash.ts";
import { type Seller, undescribed } from "./seller.ts";
import type { SeriesContinued, SeriesDocumentIssued, SeriesEvent } from "./series_events.ts";
import { dayIn, fiscalYearOf } from "./year.ts";

/** Where a series stands. */
export interface SeriesHead {
  readonly sequence: number;
  readonly hash: string;
}
export interface SeriesState {
  readonly entity: string;
  readonly described?: { readonly seller: Seller; readonly hash: string };
  /** By `<type>/<fiscal year>`. */
  readonly heads: { readonly [series: string]: SeriesHead };
  /** Set by a restore: what numbers have behind the year. */
  readonly suffix?: string;
  /** The day of the last document of each type: none is dated before it. */
  readonly lastDays: { readonly [Type in DocumentType]?: string };
}
export type SeriesCommand = SeriesCommandFromOutside | IssueDocument | ContinueSeries;

/**
 * All series of one selling entity: the single writer of its numbers (DOMAIN 6). A number and its document are one event, so that
 * neither can exist without the other. Nothing that is asked for here can be refused, and nothing is asked for twice: whoever asks
 * remembers its source for ever, and messages arrive once.
 */
export const series: Actor<SeriesState, SeriesCommand, SeriesEvent, Rejection<never>> = {
  kind: "series",
  stateVersion: 1,
  initial: (key) => ({ entity: key, heads: {}, lastDays: {} }),
  evolve,
  decide,
  answer: (state) => ({ ok: true, value: asJson(state) }),
  encode: asJson,
  decode: stateFrom,
  sizeOf: (state) => 2_000 + 200 * Object.keys(state.heads).length,
};

function decide(
  state: SeriesState,
  command: SeriesCommand,
  cause: Cause,
): Decision<SeriesEvent, Rejection<never>> {
  switch (command.type) {
    case "describe":
      return describe(state, command);
    case "issue":
      return issue(state, command, cause);
    case "continue":
      return goOn(state, command);
    case "read":
      return accept<SeriesEvent>([], { reply: "view" });
    default:
      return never(command);
  }
}

function describe(state: SeriesState, { seller }: DescribeSeller): Decision<SeriesEvent, Rejection<never>> {
  const hash = sellerHash(seller);
  if (state.described?.hash === hash) return accept<SeriesEvent>([], { reply: "view" });
  return accept<SeriesEvent>([{ type: "series.seller_described", version: 1, data: { seller, hash } }], {
    reply: "view",
  });
}

function goOn(
  { heads, suffix: present }: SeriesState,
  { suffix, after = {} }: ContinueSeries,
): Decision<SeriesEvent, Rejection<never>> {
  if (suffix !== undefined) {
    if (suffix === present) return accept<SeriesEvent>([], { reply: "view" });
    return accept<SeriesEvent>([{ type: "series.continued", version: 1, data: { suffix, ends: heads } }], {
      reply: "view",
    });
  }
  const ahead = Object.entries(after).filter(([key, last]) => last > (heads[key]?.sequence ?? 0));
  if (ahead.length === 0) return accept<SeriesEvent>([], { reply: "view" });
  const data = { after: Object.fromEntries(ahead), ends: heads };
  return accept<SeriesEvent>([{ type: "series.continued", version: 1, data }], { reply: "view" });
}

function issue(
  state: SeriesState,
  { from, draft }: IssueDocument,
  { atMs }: Cause,
): Decision<SeriesEvent, Rejection<never>> {
  const { seller, hash } = state.described ?? describedAs(undescribed(state.entity));
  const today = dayIn(seller.timeZone, atMs), last = state.lastDays[draft.type];
  const issuedOn = last !== undefined && last > today ? last : today;
  const year = fiscalYearOf(issuedOn, seller.fiscalYearStartMonth);
  const head = state.heads[headKey(draft.type, year)];
  const sequence = (head?.sequence ?? 0) + 1;
  const prefix = draft.type === "invoice" ? seller.prefixes.invoice : seller.prefixes.creditNote;
  const name = state.suffix === undefined ? `${prefix}-${year}` : `${prefix}-${year}-${state.suffix}`;
  const content = {
    ...draft,
    number: `${name}-${String(sequence).padStart(digits, "0")}`,
    series: name,
    fiscalYear: year,
    sequence,
    issuedOn,
    issuedAt: new Date(atMs).toISOString(),
    seller: { entity: state.entity, hash },
    previousHash: head?.hash ?? "",
  };
  const data: IssuedDocument = { ...content, hash: documentHash(content) };
  const event: SeriesDocumentIssued = { type: "series.document_issued", version: 1, data };
  const { number, source, total } = data;
  const told: DocumentIssued = { type: "issued", source, number, issuedOn, total };
  return accept<SeriesEvent>([event], { messages: [{ to: from, message: told }] });
}
const digits = 6;

const describedAs = (seller: Seller) => ({ seller, hash: sellerHash(seller) });
const headKey = (type: DocumentType, year: number) => `${type}/${year}`;

function evolve(state: SeriesState, event: SeriesEvent): SeriesState {
  switch (event.type) {
    case "series.seller_described":
      return { ...state, described: event.data };
    case "series.document_issued": {
      const { type, fiscalYear, sequence, hash, issuedOn } = event.data;
      return {
        ...state,
        heads: { ...state.heads, [headKey(type, fiscalYear)]: { sequence, hash } },
        lastDays: { ...state.lastDays, [type]: issuedOn },
      };
    }
    case "series.continued":
      return evolveContinued(state, event.data);
    default:
      return never(event);
  }
}

function evolveContinued(state: SeriesState, { suffix, after = {} }: SeriesContinued["data"]): SeriesState {
  if (suffix !== undefined) return { ...state, suffix, heads: {} };
  const heads = Object.entries(after).map(([key, sequence]) =>
    [key, { sequence, hash: state.heads[key]?.hash ?? "" }] as const
  );
  return { ...state, heads: { ...state.heads, ...Object.fromEntries(heads) } };
}
