import { type Markup, markup, type Part } from "../tracking/markup.ts";
import type { Reading, Told } from "./console.ts";
import { carriersCard, casesCard, outgoingCard } from "./outside_cards.ts";
import { heldCard, partitionsCard, readersCard } from "./log_cards.ts";
import { hottestCard, ordersCard, statusesCard, waitingCard } from "./orders_cards.ts";
import { agoOf, card, durationText, numberText } from "./words.ts";

/** What an operator looks at first: everything that a page of this size can say of the system now. */
export function overviewPage(reading: Reading): Markup {
  const { orders, log, held, carriers, outgoing, cases, atMs } = reading;
  return markup`<h1 class="unseen">Operations now</h1>
${notices(reading)}
${tiles(reading)}
${part("orders", "Orders per minute", orders, ordersCard)}
${part("held", "Held back", held, (now) => heldCard(now, atMs))}
${part("waiting", "Oldest waiting", orders, (now) => waitingCard(now, atMs))}
${part("statuses", "Orders by status", orders, statusesCard)}
${part("hottest", "Hottest SKUs, last hour", orders, hottestCard)}
${part("partitions", "Partitions and owners", log, (now) => partitionsCard(now, atMs))}
${part("readers", "Readers of the log", log, readersCard)}
${part("cases", "Open cases", cases, (now) => casesCard(now, atMs))}
${part("carriers", "Carriers", carriers, (now) => carriersCard(now, atMs))}
${part("outgoing", "Messages going out", outgoing, (now) => outgoingCard(now, atMs))}
<p class="read" id="read">Read at <time datetime="${new Date(atMs).toISOString()}">${
    new Date(atMs).toISOString().slice("2026-01-01T".length, "2026-01-01T00:00:00".length)
  }</time> UTC. <span id="live" hidden>This page updates by itself.</span><span id="still">Reload it to see what is new.</span></p>`;
}

/** A part that cannot be read says why, and leaves the others alone. */
function part<T>(id: string, title: string, told: Told<T>, body: (known: T) => Part): Markup {
  if ("known" in told) return card(id, title, body(told.known));
  return card(id, title, markup`<p class="fault">${told.unknown}</p>`);
}

function notices({ held, orders, log, atMs }: Reading): Part {
  const switches = "known" in held ? [...held.known.switches] : [];
  const away = [held, orders, log].filter((told) => "unknown" in told).length;
  const texts: Part[] = switches.map(([name, { by, why, atMs: since }]) =>
    markup`<strong>${name}</strong> has been on for ${agoOf(new Date(since), atMs)}, by ${by}: ${why}`
  );
  if (away > 0) texts.push("Parts of this page cannot be read: see below.");
  if (texts.length === 0) return undefined;
  return markup`<div class="notices" id="notices">${
    texts.map((text) => markup`<p class="notice bad">${text}</p>`)
  }</div>`;
}

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly isBad?: boolean;
}

const waitingMsMax = 60_000;

function tiles({ orders, log, held, cases, outgoing }: Reading): Markup {
  const known = <T>(told: Told<T>, tile: (value: T) => Omit<Tile, "name">): Omit<Tile, "name"> =>
    "known" in told ? tile(told.known) : { value: "?", isBad: true };
  const all: readonly Tile[] = [
    {
      name: "Orders, last hour",
      ...known(orders, ({ perMinute }) => ({ value: numberText(sumOf(perMinute.map((one) => one.orders))) })),
    },
    {
      name: "Orders, last full minute",
      ...known(orders, ({ perMinute }) => ({ value: numberText(perMinute.at(-2)?.orders ?? 0) })),
    },
    {
      name: "Slowest reader",
      ...known(log, ({ readers, partitions }) => {
        const waits = Math.max(0, ...[...readers, ...partitions].map(({ waitingMs = 0 }) => waitingMs));
        return { value: durationText(waits), isBad: waits > waitingMsMax };
      }),
    },
    {
      name: "Dead letters",
      ...known(held, ({ deadLetters: { length } }) => ({ value: numberText(length), isBad: length > 0 })),
    },
    {
      name: "Open cases",
      ...known(cases, (teams) => ({ value: numberText(sumOf(teams.map(({ open }) => open))) })),
    },
    {
      name: "Cases overdue",
      ...known(cases, (teams) => {
        const overdue = sumOf(teams.map((team) => team.overdue));
        return { value: numberText(overdue), isBad: overdue > 0 };
      }),
    },
    {
      name: "Messages given up",
      ...known(outgoing, ({ parked }) => ({ value: numberText(parked), isBad: parked > 0 })),
    },
  ];
  return markup`<dl class="tiles" id="tiles">${
    all.map(({ name, value, isBad }) =>
      markup`<div${isBad ? markup` class="bad"` : undefined}><dt>${name}</dt><dd>${value}</dd></div>`
    )
  }</dl>`;
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
