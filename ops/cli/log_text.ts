import Table from "cli-table3";
import { memberLimits } from "../../streams/cluster/members.ts";
import type { LogStatus, PartitionStatus } from "../../streams/cluster/status.ts";
import type { Readers, ReaderStatus } from "./log_readers.ts";

const columns = 80;
/** With its borders at most so wide. */
const widths = { partition: 4, buckets: 11, host: 24, epoch: 8, head: 10, behind: 8, saved: 7 } as const;
const borderless = { style: { head: [], border: [] } };

/** What `log status` says in a terminal. */
export function statusText(
  { partitions, members, streams, readers }: LogStatus & { readonly readers: Readers },
  nowMs: number,
): string {
  const table = new Table({
    head: ["#", "buckets", "host", "epoch", "head", "behind", "saved"],
    colWidths: Object.values(widths),
    wordWrap: true,
    wrapOnWordBoundary: false,
    ...borderless,
  });
  for (const one of partitions) table.push(rowOf(one, nowMs));
  const stored = streams.map(({ name, messages, bytes }) => `${name} ${messages} (${sizeText(bytes)})`);
  const here = members.filter(({ state, stampMs }) =>
    state !== "gone" && nowMs - stampMs < memberLimits.silenceMsMax
  );
  const counted = here.map(({ role, name, state }) =>
    fitting(`${role} ${state === "leaving" ? "(leaving) " : ""}${name}`)
  ).sort();
  return [
    table.toString(),
    "",
    `Members: ${counted.length === 0 ? "none" : ""}`.trimEnd(),
    ...counted.map((line) => `  ${line}`),
    "Read by deliver:",
    ...readers.all.map((one) => `  ${fitting(readerText(one))}`),
    ...(readers.unknown === undefined ? [] : [`  ${fitting(readers.unknown)}`]),
    "Stored, messages (bytes):",
    ...stored.map((line) => `  ${line}`),
  ].join("\n");
}

function readerText({ reader, partition, sequence, behind, waitingMs }: ReaderStatus): string {
  const at = sequence === undefined ? "nobody has read yet" : `at ${sequence}`;
  const lag = behind === 0 ? "nothing waits" : `${behind} behind, for ${ageText(waitingMs)}`;
  return `${reader}${partition === undefined ? "" : ` of ${partition}`}: ${at}, ${lag}`;
}

/** Names of processes end with what makes them different from every other: that may be cut. */
function fitting(line: string): string {
  const most = columns - 2;
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

function rowOf(
  { partition, buckets: [from, to], host, epoch, head, behind, checkpoint }: PartitionStatus,
  nowMs: number,
) {
  const saved = checkpoint === undefined ? "never" : ageText(nowMs - checkpoint.atMs);
  return [partition, `${from}-${to - 1}`, host ?? "nobody", epoch, head, behind, saved];
}

/** A time ago in at most five characters. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}

export function sizeText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
