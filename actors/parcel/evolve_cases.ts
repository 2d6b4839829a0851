import { never } from "../actor.ts";
import type { ParcelCaseEvent, ParcelCaseOpened } from "./case_events.ts";
import { type AskedOfCase, type Cases, closedMax, noCases, type ParcelCase, requestsMax } from "./cases.ts";

/** What a case's event changes of what its parcel remembers. */
export function casesAfter(cases: Cases = noCases, event: ParcelCaseEvent): Cases {
  switch (event.type) {
    case "parcel.case_opened":
      return { ...cases, count: event.data.number, all: [...cases.all, opened(event.data)] };
    case "parcel.case_noted":
      return asked(cases, event.data);
    case "parcel.case_changed": {
      const { data } = event, { team, priority, dueAtMs } = data;
      return asked(
        changed(cases, data.case, (one) => ({
          ...one,
          ...(team !== undefined && { team }),
          ...(priority !== undefined && { priority }),
          ...(dueAtMs !== undefined && { dueAtMs }),
        })),
        data,
      );
    }
    case "parcel.case_closed": {
      const { data } = event, { reason, atMs } = data;
      return bounded(asked(changed(cases, data.case, (one) => ({ ...one, closed: { reason, atMs } })), data));
    }
    default:
      return never(event);
  }
}

function opened(data: ParcelCaseOpened["data"]): ParcelCase {
  const { case: id, problem, episode, team, priority, dueAtMs, atMs } = data;
  return { id, problem, episode, team, priority, dueAtMs, openedAtMs: atMs };
}

function changed(cases: Cases, id: string, change: (one: ParcelCase) => ParcelCase): Cases {
  return { ...cases, all: cases.all.map((one) => one.id === id ? change(one) : one) };
}

function asked(cases: Cases, data: Partial<AskedOfCase> & { readonly case: string }): Cases {
  const { request, fingerprint, note } = data, after = cases.all.find(({ id }) => id === data.case);
  if (request === undefined || fingerprint === undefined || !after) return cases;
  const one = { request, fingerprint, after, ...(note !== undefined && { note }) };
  return { ...cases, asked: [...cases.asked, one].slice(-requestsMax) };
}

function bounded(cases: Cases): Cases {
  let tooMany = cases.all.filter(({ closed }) => closed).length - closedMax;
  if (tooMany <= 0) return cases;
  return { ...cases, all: cases.all.filter(({ closed }) => !closed || tooMany-- <= 0) };
}
