import type { Facts, MemberFacts } from "./facts.ts";

export interface Shown {
  readonly url: string;
  readonly facts: Facts;
  /** The index of the chosen member. */
  readonly selected: number;
  readonly loading: boolean;
  /** What was said last, newest at the end. */
  readonly said: readonly string[];
  readonly rows: number;
}

const columns = 80, widths = { name: 13, state: 10 };
const keys = "↑↓ choose  k kill -9  s stop/go  d drain  r revive  l load  q quit";

/** The whole view, at most 80 columns wide and as many rows high as there are. */
export function viewText({ url, facts, selected, loading, said, rows }: Shown): string[] {
  const answers = [...facts.answers].sort(([a], [b]) => a < b ? -1 : 1).map(([status, n]) =>
    `${status}: ${n}`
  );
  const head = [
    `Waybill cluster at ${url}`,
    figures(facts),
    `answers to orders  ${answers.join("  ") || "none yet"}`,
    facts.unowned.length === 0 ? "" : `nobody holds partitions ${facts.unowned.join(" ")}`,
  ];
  const members = facts.members.map((member, i) => memberLine(member, i === selected));
  const foot = ["", `${keys}${loading ? "  LOAD ON" : ""}`];
  const left = rows - head.length - members.length - foot.length - 1;
  const last = left > 0 ? said.slice(-left) : [];
  return [...head, ...members, ...foot, ...last].slice(0, rows - 1).map((line) => line.slice(0, columns));
}

export function memberLine({ name, state, does }: MemberFacts, selected: boolean): string {
  return `${selected ? ">" : " "} ${name.padEnd(widths.name)}${state.padEnd(widths.state)}${does}`.trimEnd();
}

const shown = (value: number | undefined) => value === undefined ? "?" : value.toFixed(0);

export function figures({ ordersPerSecond, recordsPerSecond, waiting, lag }: Facts): string {
  return `orders/s ${shown(ordersPerSecond)}   records/s ${shown(recordsPerSecond)}   ` +
    `commands waiting ${shown(waiting)}   projections behind ${shown(lag)}`;
}

/** One line for where there is no terminal to draw on. */
export function plainLine(facts: Facts): string {
  const members = facts.members.map(({ name, state }) => state === "up" ? name : `${name} (${state})`).join(
    ", ",
  );
  return `${figures(facts)}; ${members}`;
}
