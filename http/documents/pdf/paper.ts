import PDFDocument from "pdfkit";
import { fonts } from "./fonts.ts";
import { rowsOf, withEllipsis } from "./wrap.ts";

/** A4 in points of 1/72 inch. */
export const page = {
  width: 595.28,
  height: 841.89,
  left: 50,
  right: 545.28,
  top: 48,
  /** Where content ends and each page's foot begins. */
  bottom: 752,
} as const;

export const ink = { text: "#16202a", soft: "#5b6773", rule: "#cfd6dc", band: "#f2f5f7" } as const;

export interface Style {
  readonly size?: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly align?: "left" | "right";
  /** Beyond it the text goes on in a next line, or is cut where `lines` says so: an ellipsis then tells. */
  readonly width?: number | undefined;
  /** At most so many lines. */
  readonly lines?: number;
}

export interface PaperOptions {
  readonly title: string;
  readonly language: string;
  /** The only time that the file knows. */
  readonly at: Date;
}

const sizeUsual = 9;
const leading = 1.38;

/** Sheets that text is put on at given places, in points from the upper left. */
export class Paper {
  readonly pdf: PDFKit.PDFDocument;
  readonly #chunks: Uint8Array[] = [];
  readonly #done: Promise<void>;

  constructor({ title, language, at }: PaperOptions) {
    this.pdf = new PDFDocument({
      size: "A4",
      margin: 0,
      bufferPages: true,
      pdfVersion: "1.7",
      subset: "PDF/A-3b",
      lang: language,
      font: "", // None of the 14 that PDF/A forbids.
      info: { Title: title, Creator: "Waybill", Producer: "Waybill", CreationDate: at, ModDate: at },
    });
    // By name: a font that is handed over anew is compared with all others, each time.
    for (const [name, font] of Object.entries(fonts())) this.pdf.registerFont(name, font);
    this.pdf.on("data", (chunk: Uint8Array) => this.#chunks.push(chunk));
    this.#done = new Promise((resolve, reject) => {
      this.pdf.on("end", resolve);
      this.pdf.on("error", reject);
    });
  }

  /** Puts the text and returns the y below it. */
  put(text: string, x: number, y: number, style: Style = {}): number {
    if (text === "") return y;
    const { width, align = "left", lines, colour = ink.text } = style;
    const height = this.#use(style);
    this.pdf.fillColor(colour);
    const rows = width === undefined ? [text] : this.#rows(text, width, lines);
    rows.forEach((row, index) => {
      const left = align === "right" ? x + (width ?? 0) - this.pdf.widthOfString(row) : x;
      this.pdf.text(row, left, y + index * height, { lineBreak: false });
    });
    return y + rows.length * height;
  }

  /** The same, going on at the top of a next page where this one is full. */
  flow(text: string, x: number, y: number, style: Style & { width: number }): number {
    const height = this.#use(style);
    for (const row of this.#rows(text, style.width)) {
      if (y + height > page.bottom) {
        this.newPage();
        y = page.top;
      }
      y = this.put(row, x, y, { ...style, width: undefined });
    }
    return y;
  }

  /** The largest of the sizes in which something is no higher than it may be; the last one, if it is in none. */
  sizeWithin(heightMax: number, sizes: readonly number[], heightAt: (size: number) => number): number {
    return sizes.find((size) => heightAt(size) <= heightMax) ?? sizes.at(-1)!;
  }

  /** One line that ends at `right`; smaller where it would be wider than `width`, so that no figure is ever cut. */
  figure(text: string, right: number, y: number, { width, ...style }: Style & { width: number }): void {
    this.#use(style);
    const natural = this.pdf.widthOfString(text), size = style.size ?? sizeUsual;
    const scale = natural <= width ? 1 : width / natural;
    if (scale < 1) this.pdf.fontSize(size * scale);
    this.pdf.fillColor(style.colour ?? ink.text)
      .text(text, right - natural * scale, y + size * (1 - scale), { lineBreak: false });
  }

  /** How high the text will stand. */
  height(text: string, style: Style): number {
    const height = this.#use(style);
    const rows = style.width === undefined ? [text] : this.#rows(text, style.width, style.lines);
    return rows.length * height;
  }

  /** How wide it would stand in one line. */
  width(text: string, style: Style = {}): number {
    this.#use(style);
    return this.pdf.widthOfString(text);
  }

  rule(y: number, { x = page.left, width = page.right - page.left, colour = ink.rule as string } = {}): void {
    this.pdf.moveTo(x, y).lineTo(x + width, y).lineWidth(0.6).strokeColor(colour).stroke();
  }

  band(y: number, height: number, x: number = page.left, width: number = page.right - page.left): void {
    this.pdf.rect(x, y, width, height).fill(ink.band);
  }

  newPage(): void {
    this.pdf.addPage();
  }

  /** Lets others have their turn: an order of 2,000 lines takes sixty pages and about a second. */
  pause(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Writes on every page that there is: only at the end is known how many they are. */
  onEachPage(write: (number: number, of: number) => void): void {
    const { count } = this.pdf.bufferedPageRange();
    for (let index = 0; index < count; index++) {
      this.pdf.switchToPage(index);
      write(index + 1, count);
    }
  }

  async finish(): Promise<Uint8Array> {
    this.pdf.end();
    await this.#done;
    return Buffer.concat(this.#chunks);
  }

  #use({ size = sizeUsual, bold = false }: Style): number {
    this.pdf.font(bold ? "bold" : "regular").fontSize(size);
    return size * leading;
  }

  #rows(text: string, width: number, lines = Infinity): string[] {
    const rows: string[] = [], widthOf = (part: string) => this.pdf.widthOfString(part);
    for (const row of rowsOf(text, width, widthOf)) {
      if (rows.length < lines) rows.push(row);
      else {
        rows.push(withEllipsis(rows.pop() ?? "", width, widthOf));
        break;
      }
    }
    return rows;
  }
}
