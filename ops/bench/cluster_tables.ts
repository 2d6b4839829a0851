import Table from "cli-table3";
import type { FailoverResult } from "./failover.ts";
import type { SpreadFigures } from "./spread.ts";

/** All tables fit into 80 columns. */
const chars = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };
const style = { head: [], border: [] };

export function showFailover({ ordersPerSecond, kinds }: FailoverResult): string {
  const head = ["longest time without answers, ms", "times", "p50", "p95", "max", "target"];
  const table = new Table({ head, colWidths: [34, 8, 8, 8, 8, 8], chars, style });
  for (const { what, times, p50, p95, max, targetMs } of kinds) {
    table.push([what, times, p50, p95, max, targetMs]);
  }
  const asked = kinds.map(({ what, asked }) => {
    const said = Object.entries(asked).map(([said, count]) => `${said} × ${count}`).join(", ");
    return `${what}: ${said || "every answer was a decision"}`;
  });
  return [
    table.toString(),
    `at ${ordersPerSecond} orders/s over all partitions; other answers than 201:`,
    ...asked,
  ]
    .join("\n");
}

const kinds = ["host", "edge", "nats", "projector", "postgres"];

export function showSpread(all: readonly SpreadFigures[]): string {
  const head = ["hosts", "repl.", "fsync", "orders/s", "p99", "CPU", ...kinds.slice(0, 3), "msgs"];
  const table = new Table({ head, colWidths: [7, 7, 7, 10, 7, 7, 6, 6, 6, 6], chars, style });
  for (const { hosts, replicas, fsync, ordersPerSecond, p99, cpuMsPerOrder, natsMessagesPerOrder } of all) {
    const total = kinds.reduce((sum, kind) => sum + (cpuMsPerOrder[kind] ?? 0), 0);
    const parts = kinds.slice(0, 3).map((kind) => (cpuMsPerOrder[kind] ?? 0).toFixed(2));
    const messages = natsMessagesPerOrder.toFixed(1);
    const first = [hosts, replicas, fsync ? "yes" : "no", ordersPerSecond, p99.toFixed(0), total.toFixed(2)];
    table.push([...first, ...parts, messages]);
  }
  return `${table.toString()}\nW2 (3 lines over 10,000 SKUs), 12 partitions; CPU ms (all, host, edge, NATS) and\nmessages that NATS took in, per order`;
}
