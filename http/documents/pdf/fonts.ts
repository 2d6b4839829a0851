import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { create, type Font, type GlyphRun } from "fontkit";

declare global {
  namespace PDFKit.Mixins {
    interface PDFFont {
      /** PDFKit takes a font that was read before, which its published types do not say. */
      registerFont(name: string, src: Font): this;
    }
  }
}

export interface Fonts {
  readonly regular: Font;
  readonly bold: Font;
}

/** Contextual forms cost half the time, and an invoice has no use for them. */
const ofWords = { calt: false };
/** Figures of one width stand in columns. */
const ofFigures = { ...ofWords, tnum: true };
const figures = /^[\d.,%\s\p{Sc}]+$/u;

/** Words and figures come again in each document of a shop, and are laid out once. */
const runsMax = 20_000, runCharsMax = 32;

let read: Fonts | undefined;

/** Inter (SIL Open Font License). Read once: to parse a font takes longer than to write a document. */
export function fonts(): Fonts {
  const package_ = createRequire(import.meta.url);
  read ??= {
    regular: load(package_.resolve("@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf")),
    bold: load(package_.resolve("@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf")),
  };
  return read;
}

function load(path: string): Font {
  const font = create(readFileSync(path));
  if (!("layout" in font)) throw new Error(`Cannot use font ${path}: it is a collection`);
  const runs = new Map<string, GlyphRun>();
  const layout: Font["layout"] = (text) => {
    const run = runs.get(text) ?? font.layout(text, figures.test(text) ? ofFigures : ofWords);
    if (text.length <= runCharsMax) {
      if (runs.size >= runsMax) runs.clear();
      runs.set(text, run);
    }
    // PDFKit scales the places of glyphs in place: each document gets its own.
    const positions = run.positions.map((position) => ({ ...position }));
    return Object.create(run, { positions: { value: positions } });
  };
  // All else is the font's own; its tables stay read from one document to the next.
  return Object.create(font, { layout: { value: layout } });
}
