import type { OrderView } from "../../actors/order/order_view.ts";
import { type Cursor, formatCursor, parseCursor } from "../../projections/cursor.ts";
import type { OrderFilter, Page } from "../../projections/queries.ts";

/** The page of these orders that the filter asks for, newest first. */
export function pageOfOrders(
  views: readonly OrderView[],
  { limit, cursor, createdFrom, ...equal }: OrderFilter,
): Page<OrderView> {
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  const keyed = views
    .filter((view) =>
      (Object.keys(equal) as (keyof typeof equal)[]).every((name) => view[name] === equal[name])
    )
    .filter((view) => createdFrom === undefined || Date.parse(view.placedAt) >= Date.parse(createdFrom))
    .map((view) => ({ view, at: new Date(view.placedAt).toISOString(), id: view.orderId }))
    .sort((a, b) => keyOfPlace(a) < keyOfPlace(b) ? 1 : -1)
    .filter((place) => after === undefined || keyOfPlace(place) < keyOfPlace(after));
  const last = keyed[limit - 1];
  return {
    items: keyed.slice(0, limit).map(({ view }) => view),
    ...(keyed.length > limit && last !== undefined ? { next: formatCursor(last) } : {}),
  };
}

const keyOfPlace = ({ at, id }: Cursor) => `${at} ${id}`;
