import { never } from "../actor.ts";
import { remember, returnTopic } from "./answers.ts";
import { eachLine } from "./line_changes.ts";
import type { OrderReturnEvent } from "./return_events.ts";
import type { KnownOrder, Return } from "./state.ts";

/** What returns change of how the order looks to those who ask. */
export function returnsChanged(state: KnownOrder, event: OrderReturnEvent): KnownOrder {
  switch (event.type) {
    case "order.return_requested": {
      const { lines, fingerprint, by: _, ...asked } = event.data;
      const kept = lines.map(({ line, sku, quantity }) => ({ line, sku, quantity, received: 0 }));
      const noted = remember(state, { topic: returnTopic(asked.reference), fingerprint });
      const after = eachLine(noted, lines, (line, { returning }) => ({ ...line, returning }));
      return { ...after, returns: [...state.returns, { ...asked, lines: kept, begun: false }] };
    }
    case "order.return_authorised":
      return changeReturn(state, event.data.return, (known) => ({
        ...known,
        begun: known.arrived === undefined,
      }));
    case "order.return_received": {
      const { lines } = event.data;
      const after = eachLine(state, lines, (line, { returned }) => ({ ...line, returned }));
      return changeReturn(after, event.data.return, (known) => ({
        ...known,
        begun: true,
        lines: known.lines.map((row) => {
          const came = lines.find(({ line }) => line === row.line);
          return came ? { ...row, received: row.received + came.quantity } : row;
        }),
      }));
    }
    case "order.return_graded":
      return state;
    case "order.return_ended": {
      const { lines, status } = event.data;
      const after = eachLine(state, lines, (line, { returning }) => ({ ...line, returning }));
      return changeReturn(after, event.data.return, (known) => ({ ...known, ended: status }));
    }
    default:
      return never(event);
  }
}

function changeReturn(state: KnownOrder, id: string, change: (known: Return) => Return): KnownOrder {
  return { ...state, returns: state.returns.map((known) => known.return === id ? change(known) : known) };
}
