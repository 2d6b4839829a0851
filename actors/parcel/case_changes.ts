import {
  accept,
  type Answer,
  assert,
  type Cause,
  type Decision,
  never,
  reject,
  type Rejection,
} from "../actor.ts";
import type { CaseCommand } from "../commands.ts";
import { noCases, type ParcelCase } from "./cases.ts";
import { Draft } from "./draft.ts";
import { type ParcelEvent, parcelEvent } from "./parcel_events.ts";
import type { ParcelState } from "./parcel_state.ts";

export type CaseRejection = Rejection<"unknown-case" | "case-closed" | "idempotency-mismatch">;

/** What a person does with a case: writes something down, gives it to others, or closes it. The same request again changes nothing. */
export function changeCase(
  state: ParcelState,
  command: CaseCommand,
  cause: Cause,
): Decision<ParcelEvent, CaseRejection> {
  const { request, fingerprint } = command, { all, asked } = state.cases ?? noCases;
  const before = asked.find((one) => one.request === request);
  if (before && before.fingerprint !== fingerprint) return reject(mismatch);
  if (before) return accept([], { reply: { ...answerOf(before.after, before.note), replayed: true } });
  const found = all.find(({ id }) => id === command.case);
  if (!found) return reject(unknownCase(command.case));
  if (found.closed && command.type === "case.assign") return reject(closedCase(found));
  if (found.closed && command.type === "case.close") return accept([], { reply: answerOf(found) });
  const draft = new Draft(state, cause.atMs);
  draft.emit(eventOf(command, cause));
  const done = draft.state.cases?.asked.at(-1);
  assert(done?.request === request, `Cannot answer ${request}: it was not recorded`);
  return { ...draft.finish(), reply: answerOf(done.after, done.note) };
}

function eventOf(command: CaseCommand, { id, atMs }: Cause): ParcelEvent {
  switch (command.type) {
    case "case.note": {
      const { type: _, ...said } = command;
      return parcelEvent("parcel.case_noted", { ...said, note: id, personal: true, atMs });
    }
    case "case.assign": {
      const { type: _, ...said } = command;
      return parcelEvent("parcel.case_changed", { ...said, atMs });
    }
    case "case.close": {
      const { type: _, outcome, ...said } = command;
      return parcelEvent("parcel.case_closed", { ...said, reason: outcome, atMs });
    }
    default:
      return never(command);
  }
}

/** How the case stands; what else there is to know of it, readers join. */
function answerOf({ id, team, priority, dueAtMs, closed }: ParcelCase, note?: string): Answer {
  const state = closed ? "closed" : "open", dueAt = new Date(dueAtMs).toISOString();
  return {
    ok: true,
    value: { caseId: id, state, team, priority, dueAt, ...(note !== undefined && { noteId: note }) },
  };
}

const mismatch: CaseRejection = {
  reason: "idempotency-mismatch",
  detail: "Cannot change the case: the same Idempotency-Key was used before with another body",
};
const closedCase = ({ id }: ParcelCase): CaseRejection => ({
  reason: "case-closed",
  detail: `Cannot assign case ${id}: it is closed`,
});
const unknownCase = (id: string): CaseRejection => ({
  reason: "unknown-case",
  detail: `Cannot find case ${id}: its parcel has no such case, or closed it long ago`,
});
