import { countedMax, type OrdersNow } from "../../projections/console/orders_now.ts";
import { markup, type Part } from "../tracking/markup.ts";
import { agoOf, cappedText, chart, numberText, table } from "./words.ts";

const words = (status: string) => status.replaceAll("_", " ");

export function ordersCard({ perMinute }: OrdersNow): Part {
  return chart({
    id: "orders-chart",
    title: "Orders per minute, last hour (UTC)",
    kind: "bars",
    unit: "",
    series: ["Orders"],
    across: "Minute",
    points: perMinute.map(({ minute, orders }) => ({
      at: minute,
      name: minute.toISOString().slice("2026-01-01T".length, "2026-01-01T00:00".length),
      values: [orders],
    })),
  });
}

export function statusesCard({ statuses }: OrdersNow): Part {
  const there = statuses.filter(({ orders }) => orders > 0);
  if (there.length === 0) return markup`<p>There are no orders.</p>`;
  return table(
    "Orders by status",
    ["Status", "Orders"],
    there.map(({ status, orders }) => [words(status), cappedText(orders, countedMax)]),
  );
}

export function hottestCard({ hottest }: OrdersNow): Part {
  if (hottest.length === 0) return markup`<p>Nothing was ordered in the last hour.</p>`;
  return table(
    "Hottest SKUs",
    ["SKU", "Units", "Orders"],
    hottest.map(({ sku, units, orders }) => [sku, numberText(units), numberText(orders)]),
  );
}

export function waitingCard({ waiting }: OrdersNow, nowMs: number): Part {
  if (waiting.length === 0) return markup`<p>No order waits for stock, money or a decision.</p>`;
  return table(
    "Orders that wait the longest",
    ["Order", "Status", "For"],
    waiting.map(({ orderId, status, since }) => [
      markup`<code>${orderId}</code>`,
      words(status),
      agoOf(since, nowMs),
    ]),
  );
}
