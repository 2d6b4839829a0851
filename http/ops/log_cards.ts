import { markup, type Part } from "../tracking/markup.ts";
import type { HeldNow, LogNow, ReaderNow } from "./console.ts";
import { agoOf, durationText, numberText, table } from "./words.ts";

export function heldCard({ switches, paused, deadLetters }: HeldNow, nowMs: number): Part {
  const letters = deadLetters.map(({ id, what, why, waiting }) =>
    markup`<li><a href="/ops/dead-letter?id=${encodeURIComponent(id)}">${id}</a>
<p>Cannot ${what}: ${why}${
      waiting > 0 ? `; ${numberText(waiting)} ${waiting === 1 ? "waits" : "wait"} behind it` : ""
    }</p></li>`
  );
  const rest = [
    ...[...switches].map(([name, { by, why, atMs }]) =>
      markup`<li>${name}: ${agoOf(new Date(atMs), nowMs)}, by ${by}: ${why}</li>`
    ),
    ...paused.map(({ target, waiting }) =>
      markup`<li>${target} is paused; ${numberText(waiting)} waiting</li>`
    ),
  ];
  if (letters.length + rest.length === 0) return markup`<p>Nothing: no dead letter, no pause, no switch.</p>`;
  return markup`${
    letters.length > 0 && markup`<h3>Dead letters</h3><ul class="letters">${letters}</ul>` || undefined
  }
${rest.length > 0 && markup`<h3>By an operator</h3><ul>${rest}</ul>` || undefined}`;
}

export function partitionsCard({ partitions, members, streams }: LogNow, nowMs: number): Part {
  const rows = partitions.map(({ partition, host, behind, waitingMs, headAtMs, head }) => [
    String(partition),
    host === undefined ? markup`<strong class="fault">nobody</strong>` : markup`<code>${host}</code>`,
    behind === 0 ? "0" : `${numberText(behind)} for ${durationText(waitingMs)}`,
    headAtMs === undefined ? "never" : markup`${agoOf(new Date(headAtMs), nowMs)} ago (${numberText(head)})`,
  ]);
  const processes = members.map(({ role, name, state, stampMs }) => [
    markup`<code>${name}</code>`,
    role,
    state === "here" ? "here" : state,
    markup`${agoOf(new Date(stampMs), nowMs)} ago`,
  ]);
  const kept = streams.map(({ name, messages, bytes }) => [name, numberText(messages), bytesText(bytes)]);
  return markup`${table("Partitions", ["Partition", "Owner", "Commands waiting", "Last turn"], rows)}
<details id="processes"><summary>${numberText(processes.length)} processes</summary>${
    table("Processes", ["Process", "Role", "State", "Heard"], processes)
  }</details>
<details id="streams"><summary>${numberText(kept.length)} streams</summary>${
    table("Streams", ["Stream", "Messages", "Size"], kept)
  }</details>`;
}

/** One row for each reader: its slowest partition. */
export function readersCard({ readers }: LogNow): Part {
  const slowest = new Map<string, ReaderNow>();
  for (const one of readers) {
    const before = slowest.get(one.reader);
    if (before === undefined || isSlower(one, before)) slowest.set(one.reader, one);
  }
  const all = [...slowest.values()], behind = all.filter((one) => one.behind > 0);
  const rows = behind.map(({ reader, partition, behind, waitingMs }) => [
    wordsOf(reader),
    `≤ ${numberText(behind)}`,
    waitingMs === undefined ? "–" : durationText(waitingMs),
    partition === undefined ? "–" : String(partition),
  ]);
  const done = all.filter((one) => one.behind === 0).map(({ reader }) => markup`<li>${wordsOf(reader)}</li>`);
  return markup`${
    behind.length === 0
      ? markup`<p>All have read everything.</p>`
      : table("Readers that are behind", ["Reader", "Waits", "For", "Partition"], rows)
  }
<details id="done"><summary>${
    numberText(done.length)
  } have read everything</summary><ul>${done}</ul></details>`;
}

function isSlower(one: ReaderNow, other: ReaderNow): boolean {
  const longer = (one.waitingMs ?? 0) - (other.waitingMs ?? 0);
  return longer > 0 || (longer === 0 && one.behind > other.behind);
}

const wordsOf = (reader: string) => reader.replace(/_v\d+(_events)?$/, "").replaceAll("_", " ");

const units = ["B", "kB", "MB", "GB", "TB"];

function bytesText(bytes: number): string {
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
