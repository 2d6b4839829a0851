import type { Figures, Of, ShipmentFigures } from "../../projections/console/figures.ts";
import { type Markup, markup, type Part } from "../tracking/markup.ts";
import { allFigures, type Figure } from "./figures.ts";
import { card, chart, numberText, table } from "./words.ts";

const periods = [7, 30, 90] as const;
const usualDays = 30;
/** Of carriers, and of lanes: those with the most parcels. */
const rowsMax = 25;

/** The period that is asked for; the usual one for anything else. */
export function periodOf(days: string | undefined): { readonly days: number } {
  return { days: periods.find((one) => String(one) === days) ?? usualDays };
}

/** How the shop has done over a period: by day as charts, by carrier and lane as tables, each figure with what it means. */
export function figuresPage(figures: Figures, days: number): Markup {
  const { from, to, atMs, isCut } = figures, all = allFigures(figures);
  return markup`<div class="title"><h1>Figures</h1><nav aria-label="Period"><ul>${
    periods.map((one) =>
      markup`<li><a href="/ops/figures?days=${one}"${
        one === days ? markup` aria-current="page"` : undefined
      }>${one} days</a></li>`
    )
  }</ul></nav></div>
<p class="hint wide">From ${from} to ${to}, days in UTC; counted at ${
    new Date(atMs).toISOString().slice("2026-01-01T".length, "2026-01-01T00:00:00".length)
  }. ${isCut ? "More parcels left than are looked at: these figures are of the newest 100,000." : ""}</p>
<dl class="tiles" id="tiles">${
    all.map(({ title, headline, beside }) =>
      markup`<div><dt>${title}</dt><dd>${headline}${beside && markup` <small>${beside}</small>`}</dd></div>`
    )
  }</dl>
${all.map((figure) => figureCard(figure, figures))}
${breakdown("carrier", "By carrier", figures)}
${breakdown("lane", "By lane", figures)}`;
}

function figureCard({ id, title, meaning, unit, series, points }: Figure, { from, to }: Figures): Markup {
  const known = new Map(points.map(({ day, values }) => [day, values]));
  const empty = series.map(() => null);
  const isEmpty = points.every(({ values }) => values.every((value) => value === null));
  const shown = isEmpty ? markup`<p>There is nothing to show.</p>` : chart({
    ...{ id: `${id}-chart`, title, unit, series, kind: "lines", across: "Day" },
    points: daysOf(from, to).map((day) => ({
      at: new Date(day),
      name: day,
      values: known.get(day) ?? empty,
    })),
  });
  return card(id, title, markup`<p class="meaning">${meaning}</p>${shown}`);
}

const dayMs = 86_400_000, dayChars = "2026-01-01".length;

function daysOf(from: string, to: string): readonly string[] {
  const first = Date.parse(from), count = Math.round((Date.parse(to) - first) / dayMs) + 1;
  return Array.from(
    { length: count },
    (_, i) => new Date(first + i * dayMs).toISOString().slice(0, dayChars),
  );
}

function breakdown(by: "carrier" | "lane", title: string, figures: Figures): Markup {
  const parcels = figures.shipments.filter((one) => one.by === by)
    .toSorted((one, other) => other.shipments - one.shipments);
  if (parcels.length === 0) return card(`by-${by}`, title, markup`<p>No parcel left in this period.</p>`);
  const columns = allFigures(figures).filter(({ of }) => of !== undefined);
  const rows = parcels.slice(0, rowsMax).map((one): readonly Part[] => [
    nameOf(one),
    numberText(one.shipments),
    ...columns.map(({ of }) => of!(one)),
  ]);
  const more = parcels.length - rows.length;
  return card(
    `by-${by}`,
    title,
    markup`${
      table(title, [by === "carrier" ? "Carrier" : "Lane", "Parcels", ...columns.map((c) => c.title)], rows)
    }
${more > 0 ? markup`<p class="hint">And ${numberText(more)} more with fewer parcels.</p>` : undefined}
${
      by === "lane"
        ? markup`<p class="hint">From and to which country; ZZ where nobody has said.</p>`
        : undefined
    }`,
  );
}

const nameOf = ({ key }: Of & Pick<ShipmentFigures, "shipments">) => key;
