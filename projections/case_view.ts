import type { CaseRow, NoteRow } from "./cases.ts";

/** A case as the API shows it. */
export interface CaseView {
  readonly caseId: string;
  readonly state: "open" | "closed";
  readonly problem: string;
  readonly description: string;
  readonly team: string;
  readonly priority: string;
  readonly dueAt: string;
  readonly openedAt: string;
  readonly closedAt?: string;
  /** `cleared` by itself, or what a person said. */
  readonly closeReason?: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly shipmentId: string;
  readonly orderId: string;
  /** Of the order, when its row is there. */
  readonly channel?: string;
  readonly orderNumber?: string;
  /** The shop's own number of the customer, while it is known. */
  readonly customerReference?: string;
  readonly notes: number;
}
export interface CaseNote {
  readonly noteId: string;
  readonly at: string;
  /** The API key. */
  readonly by: string;
  /** Absent while it is not copied yet, and for ever once the person is erased. */
  readonly text?: string;
}
export interface CaseFound {
  readonly view: CaseView;
  /** Oldest first. */
  readonly notes: readonly CaseNote[];
}

/** What the rows say of one case. */
export interface CaseParts {
  readonly row: CaseRow;
  readonly notes: number;
  readonly channel?: string | undefined;
  readonly orderNumber?: string | undefined;
  readonly customerReference?: string | undefined;
}

export function caseView({ row, notes, channel, orderNumber, customerReference }: CaseParts): CaseView {
  const { parcel, carrier, problem, description, team, priority, state } = row;
  return {
    ...{ caseId: row.case_id, state, problem, description, team, priority, dueAt: row.due_at },
    openedAt: row.opened_at,
    ...(row.closed_at !== null && { closedAt: row.closed_at }),
    ...(row.close_reason !== null && { closeReason: row.close_reason }),
    ...{ carrier, trackingNumber: parcel.slice(carrier.length + 1) },
    ...{ shipmentId: row.shipment_id, orderId: row.order_id },
    ...(channel !== undefined && { channel }),
    ...(orderNumber !== undefined && { orderNumber }),
    ...(customerReference !== undefined && { customerReference }),
    notes,
  };
}

export function caseNote({ note_id, written_at, written_by }: NoteRow, text: string | undefined): CaseNote {
  return { noteId: note_id, at: written_at, by: written_by, ...(text !== undefined && { text }) };
}
