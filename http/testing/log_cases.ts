import { type CaseFound, caseNote, caseView } from "../../projections/case_view.ts";
import { type CaseRow, foldCases, type NoteRow } from "../../projections/cases.ts";
import { formatCursor, parseCursor } from "../../projections/cursor.ts";
import type { LogRecord } from "../../projections/log_record.ts";
import type { CaseFilter, Page } from "../../projections/queries.ts";

/** What is told of a case's order. */
interface OrderNames {
  readonly channel: string;
  readonly orderNumber: string;
  readonly customerReference?: string | undefined;
}

/** The projection of cases kept in memory: the same fold over the same log. */
export class LogCases {
  readonly #cases = new Map<string, CaseRow>();
  readonly #notes: NoteRow[] = [];
  /** By the id of the note. */
  readonly texts = new Map<string, string>();
  readonly #orderOf: (orderId: string) => OrderNames | undefined;

  constructor(orderOf: (orderId: string) => OrderNames | undefined) {
    this.#orderOf = orderOf;
  }

  take(records: readonly LogRecord[]): void {
    const { cases, notes } = foldCases(this.#cases, records);
    for (const [id, row] of cases) this.#cases.set(id, row);
    this.#notes.push(...notes);
  }

  find(id: string): CaseFound | undefined {
    const row = this.#cases.get(id);
    if (row === undefined) return undefined;
    const notes = this.#notes.filter(({ case_id }) => case_id === id);
    return {
      view: caseView({ row, notes: notes.length, ...this.#orderOf(row.order_id) }),
      notes: notes.map((note) => caseNote(note, this.texts.get(note.note_id))),
    };
  }

  list({ limit, cursor, dueBefore, ...equal }: CaseFilter): Page<CaseFound["view"]> {
    const after = cursor === undefined ? undefined : parseCursor(cursor);
    const place = ({ dueAt, caseId }: CaseFound["view"]) => `${dueAt} ${caseId}`;
    const found = [...this.#cases.keys()].map((id) => this.find(id)!.view)
      .filter((view) =>
        (Object.keys(equal) as (keyof typeof equal)[]).every((name) => view[name] === equal[name])
      )
      .filter(({ dueAt }) => dueBefore === undefined || Date.parse(dueAt) < Date.parse(dueBefore))
      .filter((view) => after === undefined || place(view) > `${after.at} ${after.id}`)
      .sort((one, other) => place(one) < place(other) ? -1 : 1);
    const items = found.slice(0, limit), last = items.at(-1);
    if (found.length <= limit || last === undefined) return { items };
    return { items, next: formatCursor({ at: last.dueAt, id: last.caseId }) };
  }
}
