import { type Markup, markup, type Part } from "../tracking/markup.ts";

const minuteMs = 60_000, hourMs = 60 * minuteMs, dayMs = 24 * hourMs;

/** `3 s`, `12 min`, `5 h`, `3 days`: the largest unit that fits. */
export function durationText(ms: number): string {
  if (ms < minuteMs) return `${Math.max(0, Math.round(ms / 1_000))} s`;
  if (ms < 2 * hourMs) return `${Math.floor(ms / minuteMs)} min`;
  if (ms < 2 * dayMs) return `${Math.floor(ms / hourMs)} h`;
  return `${numberText(Math.floor(ms / dayMs))} days`;
}

export const numberText = (value: number): string => new Intl.NumberFormat("en").format(value);
/** Of a count that was given up at `max`. */
export const cappedText = (value: number, max: number): string =>
  value >= max ? `${numberText(max)}+` : numberText(value);

/** `98.5 %`; `–` of nothing. */
export const shareText = (good: number, of: number): string => of === 0 ? "–" : `${shareOf(good, of)} %`;
/** Per cent, rounded down at the top: 100 means all of them. */
export function shareOf(good: number, of: number): number {
  const share = good / of * 100;
  return share > 99.9 && good < of ? 99.9 : Math.round(share * 10) / 10;
}

/** Hours as they are read best; `–` of none. */
export const hoursText = (hours: number | null): string =>
  hours === null ? "–" : durationText(hours * hourMs);

export function agoOf(at: Date, nowMs: number): Markup {
  const iso = at.toISOString();
  return markup`<time datetime="${iso}" title="${iso}">${durationText(nowMs - at.getTime())}</time>`;
}

/** A table that scrolls by itself where the screen is narrow. The first column names its row. */
export function table(
  caption: string,
  heads: readonly Part[],
  rows: readonly (readonly Part[])[],
): Markup {
  return markup`<div class="scroll" role="group" tabindex="0" aria-label="${caption}"><table>
<thead><tr>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${
    rows.map(([name, ...cells]) =>
      markup`<tr><th scope="row">${name}</th>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`
    )
  }</tbody></table></div>`;
}

/** A chart's numbers: what is drawn is read from this table, which says the same to who cannot see it. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly kind: "bars" | "lines";
  /** What y is counted in, behind a number: ` %`, ` h`. */
  readonly unit: string;
  readonly series: readonly string[];
  /** What the first column is called. */
  readonly across: string;
  readonly points: readonly {
    readonly at: Date;
    readonly name: string;
    readonly values: readonly (number | null)[];
  }[];
}

export function chart({ id, title, kind, unit, series, across, points }: Chart): Markup {
  const rows = points.map(({ at, name, values }) =>
    markup`<tr><th scope="row" data-x="${at.getTime() / 1_000}">${name}</th>${
      values.map((value) =>
        value === null ? markup`<td>–</td>` : markup`<td data-y="${value}">${numberText(value)}${unit}</td>`
      )
    }</tr>`
  );
  return markup`<figure class="chart" id="${id}" data-kind="${kind}" data-unit="${unit}">
<figcaption>${title}</figcaption>
<div class="plot" aria-hidden="true"></div>
<details id="${id}-table"><summary>${title}: the numbers</summary>
<div class="scroll" role="group" tabindex="0" aria-label="${title}: the numbers"><table>
<thead><tr><th scope="col">${across}</th>${
    series.map((name) => markup`<th scope="col">${name}</th>`)
  }</tr></thead>
<tbody>${rows}</tbody></table></div></details></figure>`;
}

export function card(id: string, title: string, body: Part): Markup {
  return markup`<section class="card" id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${body}</section>`;
}
