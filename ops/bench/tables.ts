import Table from "cli-table3";
import type { MachineFacts } from "./facts.ts";
import type { BulkResult } from "./bulk_contest.ts";
import type { HistoryResult } from "./history.ts";
import type { LongPastResult } from "./long_past.ts";
import type { LastUnitsResult } from "./last_units.ts";
import type { BaselineFigures, ContestResult, Figures } from "./results.ts";

/** All tables fit into 80 columns. */
const chars = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };
const style = { head: [], border: [] };

export function showFacts({ cpu, cores, memoryMiB, kernel, node, deno, commit }: MachineFacts): string {
  const machine = `${cores} × ${cpu}, ${Math.round(memoryMiB / 1024)} GiB, Linux ${kernel}`.slice(0, 80);
  return `${machine}\nDeno ${deno}, Node ${node}, commit ${commit}`;
}

export function showContest(name: string, result: ContestResult): string {
  const { ours, transaction, function: stored, ratioTransaction, ratioFunction } = result;
  const head = [name, "orders/s", "p50 ms", "p95 ms", "p99 ms", "ours is"];
  const table = new Table({ head, colWidths: [26, 10, 9, 9, 9, 10], chars, style });
  const row = (title: string, figures: Figures, ratio: string) => {
    const { ordersPerSecond, p50, p95, p99 } = figures;
    table.push([title, ordersPerSecond.toFixed(0), p50.toFixed(1), p95.toFixed(1), p99.toFixed(1), ratio]);
  };
  const pool = ({ poolSize }: BaselineFigures) => `pool ${poolSize}`;
  row("ours", ours, "");
  row(`(a) transaction, ${pool(transaction)}`, transaction, `${ratioTransaction.toFixed(1)} ×`);
  row(`(b) function, ${pool(stored)}`, stored, `${ratioFunction.toFixed(1)} ×`);
  const { projectionLagRecords, projectionCatchUpSeconds } = ours;
  const lag =
    `projections at the end: ${projectionLagRecords} records behind, caught up in ${projectionCatchUpSeconds} s`;
  const used = [["ours", ours], ["(a)", transaction], ["(b)", stored]] as const;
  return [table.toString(), ...used.map(([title, figures]) => `${title}: ${showUse(figures)}`), lag].join(
    "\n",
  );
}

function showUse({ cpuCores, memoryMiB, loadCores }: Figures): string {
  const parts = Object.entries(cpuCores).map(([name, cores]) =>
    `${name} ${cores.toFixed(2)} (${memoryMiB[name]} MiB)`
  );
  return wrapped(`cores ${[...parts, `load ${loadCores.toFixed(2)}`].join(", ")}`);
}

const columnsMax = 78;

function wrapped(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    if (lines.at(-1)!.length + word.length + 8 > columnsMax) lines.push("     ");
    lines[lines.length - 1] += `${lines.at(-1) === "" ? "" : " "}${word}`;
  }
  return lines.join("\n");
}

export function showLastUnits({ orders, confirmed, refused, seconds, p99 }: LastUnitsResult): string {
  const rate = Math.round(orders / seconds);
  return `W3: ${orders} buyers at once: ${confirmed} confirmed, ${refused} refused (${rate}/s, p99 ${
    p99.toFixed(0)
  } ms)`;
}

export function showBulk({ source, orders, lines, confirmed, refused, bulk, http }: BulkResult): string {
  return [
    `W4: ${orders} orders, ${lines} lines (${source})`,
    `    ${confirmed} confirmed and ${refused} refused, the same by both paths`,
    `    bulk ${bulk.linesPerSecond} lines/s (${bulk.ordersPerSecond} orders/s, ${bulk.seconds} s)`,
    `    HTTP, one by one: ${http.linesPerSecond} lines/s (${http.ordersPerSecond} orders/s, ${http.seconds} s)`,
  ].join("\n");
}

export function showHistory(
  { fold, projection, backup, restart, show, decideCheck }: HistoryResult,
): string {
  const lines: string[] = [];
  if (fold !== undefined) {
    lines.push(`folding the log: ${fold.eventsPerSecond} events/s (${fold.events} events)`);
  }
  if (projection !== undefined) {
    lines.push(
      `projections from nothing: ${projection.eventsPerSecond} events/s (${projection.events} events)`,
    );
  }
  if (backup !== undefined) {
    const { events, records, megabytes, backupSeconds, againSeconds, verifySeconds, restoreSeconds } = backup;
    lines.push(
      `backup of ${events} events (${records} records, ${megabytes} MB): ${backupSeconds} s, again ${againSeconds} s`,
      `    verified in ${verifySeconds} s, restored in ${restoreSeconds} s`,
    );
  }
  if (restart !== undefined) {
    const { orders, skus, cleanSeconds, killedSeconds, ownMemoryMiB } = restart;
    lines.push(
      `restart with ${orders} orders, ${skus} SKUs: ${cleanSeconds} s, after kill -9 ${killedSeconds} s`,
      `    host + edge + projector: ${ownMemoryMiB} MiB`,
    );
  }
  if (show !== undefined) {
    const { orders, shown, firstMs, p50Ms, maxMs, recordsMax } = show;
    lines.push(
      `show of one order among ${orders}: ${firstMs} ms for the first, then ${p50Ms} ms in the middle, ${maxMs} ms at most`,
      `    (${shown} orders, up to ${recordsMax} turn records)`,
    );
  }
  if (decideCheck !== undefined) {
    const { events, eventsPerSecond } = decideCheck;
    lines.push(`decide-check of the whole log: ${eventsPerSecond} events/s (${events} events)`);
  }
  return lines.join("\n");
}

export function showLongPast(result: LongPastResult): string {
  const { orders, skus, openSeconds, killedOpenSeconds, openMemoryMiB, laterOrders, laterMemoryMiB } = result;
  return [
    `a partition with ${orders} orders, ${skus} SKUs: it answers in ${openSeconds} s, after kill -9 in ${killedOpenSeconds} s`,
    `    memory ${openMemoryMiB} MiB, at most ${laterMemoryMiB} MiB while ${laterOrders} more orders came`,
  ].join("\n");
}
