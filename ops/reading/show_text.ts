import type { Json } from "../../actors/actor.ts";
import { kindOf } from "../../actors/ids.ts";
import { type OrderState } from "../../actors/order/state.ts";
import { orderView } from "../../actors/order/view.ts";
import type { Step } from "../../streams/reading/actor_steps.ts";
import type { Change } from "../../streams/reading/plain.ts";
import type { Life } from "./life.ts";
import { inWords, moment, spoken, units } from "./order_words.ts";
import { skuInWords } from "./sku_words.ts";
import { shownLife, type ShownStep, shownStep } from "./show_json.ts";
import { counted } from "../cli/counted.ts";

const columns = 80, changesMax = 12, valueCharsMax = 40;

/** What `show` says in a terminal. An order and a SKU are told in words, unless `technical`; anything else as its steps. */
export function lifeText(life: Life, { technical }: { readonly technical: boolean }): string {
  const inWords = technical ? undefined : wordsOfKind[kindOf(life.id)];
  return [...(inWords ?? technicalText)(life), "", readText(life)].join("\n");
}
const wordsOfKind: { readonly [kind: string]: (life: Life) => readonly string[] } = {
  order: orderText,
  sku: skuText,
};

function orderText(life: Life): readonly string[] {
  const order = life.slot.state as OrderState;
  if (order.phase === "unknown") return [notPlaced(life), ...toldOf(life, orderWords)];
  const view = orderView(order), { channel, orderNumber, status, payment, currency, total, net, tax } = view;
  const lines = view.lines.map((line) => `  ${String(line.line).padStart(3)}  ${wrapped(lineText(line), 7)}`);
  return [
    `Order ${orderNumber} of channel ${channel}  (${view.orderId})`,
    `${capital(spoken(status))}${
      view.holdReason ? `: ${spoken(view.holdReason)}` : ""
    }; payment ${payment}; ${total} ${currency} (${net} net, ${tax} tax)`,
    "",
    ...lines,
    "",
    "What happened (UTC)",
    ...earlierText(life),
    ...toldOf(life, orderWords),
  ];
}

const orderWords: Say = (event, { after }) => {
  const order = after.state as OrderState;
  return order.phase === "unknown" ? undefined : inWords(event, order);
};

function skuText(life: Life): readonly string[] {
  return [...standingText(life), "What happened (UTC)", ...earlierText(life), ...toldOf(life, skuInWords)];
}

function notPlaced({ id, begins }: Life): string {
  if (!begins) return `Nobody has ever placed the order ${id}`;
  return wrapped(
    `Nobody had placed the order ${id} by then: what is recorded of it ${beginsText(begins)}`,
    0,
  );
}

const beginsText = ({ atMs, partition, sequence }: NonNullable<Life["begins"]>) =>
  `begins at ${moment(atMs)} (${partition}:${sequence})`;

type Line = ReturnType<typeof orderView>["lines"][number];
function lineText(
  { sku, description, quantity, allocated, backordered, cancelled, shipped, returned }: Line,
): string {
  const parts = [
    ...allocated.map((one) => `${one.quantity} set aside at ${one.location}`),
    ...(backordered > 0 ? [`${backordered} ${backordered === 1 ? "waits" : "wait"} for goods`] : []),
    ...(shipped > 0 ? [`${shipped} shipped`] : []),
    ...(returned > 0 ? [`${returned} came back`] : []),
    ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
  ];
  return `${units([{ sku, quantity }])}${description ? ` (${description})` : ""}: ${
    parts.join(", ") || "nothing yet"
  }`;
}

type Say = (event: Step["events"][number], step: Step) => string | undefined;

/** Each event as a sentence; a command that was refused without one, too. */
function toldOf({ steps }: Life, say: Say): readonly string[] {
  return steps.flatMap((step) => {
    const at = moment(step.atMs);
    if (step.events.length > 0) {
      return step.events.flatMap((event) => say(event, step) ?? []).map((words) =>
        `${at}  ${wrapped(words, at.length + 2)}`
      );
    }
    return step.outcome === "ok" || step.outcome === undefined
      ? []
      : [`${at}  ${wrapped(notDone(step), at.length + 2)}`];
  });
}

function notDone({ cause, outcome, error }: Step): string {
  const what = cause.command?.type ?? cause.kind;
  if (outcome === "defect") {
    return `A ${what} could NOT be decided: ${error?.split("\n")[0] ?? "the actor is stopped"}`;
  }
  if (outcome === "parked") {
    return `A ${what} waits: what should decide it is stopped, see npx waybill dead-letters`;
  }
  return `A ${what} was refused: ${outcome}`;
}

function technicalText(life: Life): readonly string[] {
  return [
    ...standingText(life),
    "Steps (UTC)",
    ...earlierText(life),
    ...life.steps.flatMap((step) => stepText(shownStep(step), life)),
  ];
}

/** Whose life it is, and how it stands. */
function standingText(life: Life): readonly string[] {
  const { actor, version, position, time, view, state } = shownLife({ ...life, steps: life.steps.slice(-1) });
  const as = position
    ? `version ${version}, as of ${position} (${time})`
    : life.begins
    ? `nothing is recorded of it by then: that ${beginsText(life.begins)}`
    : "nothing is recorded of it";
  const now = version === 0 ? [] : ["Now", ...tree(view ?? state, 1), ""];
  return [actor, as, "", ...now];
}

function stepText(
  { position, time, cause, outcome, error, events, changes, sends, timers }: ShownStep,
  { id }: Life,
): readonly string[] {
  const { kind, command, to, commands } = cause, type = commandType(command);
  const by = kind === "timer"
    ? `timer ${nameOf(command)}`
    : kind === "command"
    ? `command ${type}`
    : to
    ? `message behind ${type} to ${to}`
    : "message";
  const from = `${cause.id}${commands ? `, COMMANDS ${commands}` : ""}, accepted ${cause.time}`;
  return [
    wrapped(
      `${time.slice(0, 23).replace("T", " ")}  ${position}  ${by}${
        outcome === undefined ? "" : ` -> ${outcome}`
      }`,
      4,
    ),
    ...(kind === "timer" ? [] : [`    ${wrapped(from, 4)}`]),
    ...(error === undefined ? [] : [`    ${wrapped(error.split("\n")[0] ?? "", 4)}`]),
    ...(kind === "command" && to === id ? [`    asked: ${wrapped(short(command ?? null, 300), 11)}`] : []),
    ...events.map(({ version, type, v, data }) =>
      `  ${String(version).padStart(4)}  ${wrapped(`${type}/${v} ${short(data, 300)}`, 8)}`
    ),
    ...changes.slice(0, changesMax).map((change) => `        ${wrapped(changeText(change), 10)}`),
    ...(changes.length > changesMax
      ? [`        and ${changes.length - changesMax} more changes (--json has all)`]
      : []),
    ...sends.map(({ to, message }) => `        ${wrapped(`told ${to}: ${commandType(message)}`, 10)}`),
    ...timers.map(({ name, due }) => `        timer ${name}: ${due ?? "cleared"}`),
  ];
}

function changeText({ path, before, after }: Change): string {
  const sides = [before, after].map((value) => value === undefined ? "nothing" : short(value, valueCharsMax));
  return `${path}: ${sides.join(" -> ")}`;
}

function earlierText({ steps, stepsInAll }: Life): readonly string[] {
  if (stepsInAll === 0) return ["nothing"];
  return stepsInAll === steps.length
    ? []
    : [`… ${stepsInAll - steps.length} earlier: --steps ${stepsInAll} shows all`];
}

function readText({ found, records, partition }: Life): string {
  const how = found.by === "index"
    ? "found by the index"
    : `found by reading all of partition ${partition} (${found.why})`;
  return wrapped(`${counted(records, "turn record")}, ${how}`, 0);
}

/** A value as indented lines. */
function tree(value: Json, depth: number): readonly string[] {
  const indent = "  ".repeat(depth);
  if (typeof value !== "object" || value === null) return [`${indent}${short(value, columns)}`];
  return Object.entries(value).flatMap(([name, inner]) => {
    const text = short(inner, Infinity);
    if (indent.length + name.length + 2 + text.length <= columns) return [`${indent}${name}: ${text}`];
    return [
      `${indent}${name}:`,
      ...typeof inner === "object" && inner !== null
        ? tree(inner, depth + 1)
        : [`${indent}  ${wrapped(text, indent.length + 2)}`],
    ];
  });
}

const commandType = (command: Json | undefined): string => field(command, "type");
const nameOf = (command: Json | undefined): string => field(command, "name");
function field(value: Json | undefined, name: string): string {
  const found = typeof value === "object" && value !== null
    ? (value as { readonly [key: string]: Json })[name]
    : undefined;
  return typeof found === "string" ? found : "?";
}

function short(value: Json, charsMax: number): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > charsMax ? `${text.slice(0, charsMax - 1)}…` : text;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Broken into lines that fit, the later ones indented. A word that is too long is cut anywhere. */
export function wrapped(text: string, indent: number): string {
  const width = columns - indent, lines: string[] = [];
  let rest = text.replace(/\s+/g, " ");
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width), end = space > width / 2 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest].join(`\n${" ".repeat(indent)}`);
}
