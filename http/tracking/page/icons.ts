import { Markup } from "../markup.ts";

/** Drawn for a square of 24, in lines of the text's own colour. They only repeat what words beside them say. */
const shapes = {
  label: "M4 4h9l7 7-9 9-7-7zM8.5 8.5h.01",
  truck:
    "M2 6h12v10H2zM14 10h4l4 4v2h-8zM7 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM18 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  pin: "M12 21s7-6 7-11.5a7 7 0 1 0-14 0C5 15 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  shop: "M4 10v10h16V10M3 10l2-6h14l2 6zM9 20v-6h6v6",
  house: "M3 11l9-8 9 8M5 10v10h14V10M10 20v-6h4v6",
  parcel: "M3 7l9-4 9 4v10l-9 4-9-4zM3 7l9 4 9-4M12 11v10",
  check: "M4 12.5l5.5 5.5L20 7",
  alert: "M12 3l10 18H2zM12 10v5M12 18h.01",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2",
  back: "M9 5l-5 5 5 5M4 10h10a6 6 0 0 1 0 12h-3",
  question: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 17h.01",
  cross: "M6 6l12 12M18 6L6 18",
} as const;
export type IconName = keyof typeof shapes;

export function icon(name: IconName): Markup {
  return new Markup(
    `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="${
      shapes[name]
    }"/></svg>`,
  );
}
