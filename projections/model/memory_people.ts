import { type CustomerRow, type NoteText, type People, peopleReach, type RequestRow } from "../personal.ts";
import { positionKey, positions } from "./memory_positions.ts";
import type { MemoryTx } from "./memory_rows.ts";
import { table } from "./tables.ts";

/** By order id. */
export const customerRows = table<CustomerRow>("people_v1.customers");
/** By the id of the command that brought it. */
export const requestRows = table<RequestRow>("people_v1.requests");

/** By the id of the note. */
export const noteTexts = table<NoteText>("people_v1.notes");

/** The copy of personal data on the model. */
export const memoryPeople: People<MemoryTx> = {
  write: (tx, rows) => {
    for (const row of rows) {
      tx.put(customerRows, row.order_id, () => row.customer === null ? undefined : row);
    }
    return Promise.resolve();
  },
  writeNotes: (tx, rows) => {
    for (const row of rows) tx.put(noteTexts, row.note_id, () => row.note === null ? undefined : row);
    return Promise.resolve();
  },
  writeRequests: (tx, rows) => {
    for (const row of rows) {
      tx.put(requestRows, row.command_id, () => row.said === null ? undefined : row);
    }
    return Promise.resolve();
  },
  reach: (tx, { partition, streamCreatedMs }, mark) => {
    const reached = { projection: peopleReach, partition, mark, streamCreatedMs, shape: "1" };
    tx.put(positions, positionKey(reached), () => reached);
    return Promise.resolve();
  },
};
