import type { AnyActor } from "../../../actors/actor.ts";
import { positionKey, positions } from "../../../projections/model/memory_positions.ts";
import type { Sabotage } from "./sabotage.ts";

/** A document that is sent again is taken for a new one. */
export const withoutIdempotency: Sabotage = {
  actors: (actors) => {
    const stockdoc = actors["stockdoc"]!;
    const forgetful: AnyActor = {
      ...stockdoc,
      decide: (state, command, cause) => {
        const asked = command.type === "receipt" || command.type === "adjustment";
        return stockdoc.decide(asked ? stockdoc.initial(state.key) : state, command, cause);
      },
    };
    return { ...actors, stockdoc: forgetful };
  },
};

/** A projector writes its rows wherever the position stands. */
export const withoutPositionCheck: Sabotage = {
  rows: (rows) => ({
    openPosition: (wanted) => rows.openPosition(wanted),
    read: (ask) => rows.read(ask),
    transact: (work) => rows.transact(work),
    movePosition: (tx, from, to) => {
      tx.put(positions, positionKey(from), (before) => before && { ...before, mark: to });
      return Promise.resolve();
    },
    unprojected: (partition) => rows.unprojected(partition),
    noteUnprojected: (what) => rows.noteUnprojected(what),
    forgetUnprojected: (tx, at) => rows.forgetUnprojected(tx, at),
  }),
};

/** What could not be told at once is not told again. */
export const withoutRetelling: Sabotage = {
  handling: (handle) => (callbacks) => handle(callbacks).catch(() => undefined),
};
