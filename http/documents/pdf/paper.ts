import PDFDocument from "pdfkit";
import { type Fonts, fonts } from "./fonts.ts";

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
  /** Beyond it the text goes on in a next line, or is cut where `lines` says so. */
  readonly width?: number;
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
  readonly #fonts: Fonts = fonts();
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
    const rows = width === undefined ? [text] : this.#rows(text, width).slice(0, lines);
    rows.forEach((row, index) => {
      const left = align === "right" ? x + (width ?? 0) - this.pdf.widthOfString(row) : x;
      this.pdf.text(row, left, y + index * height, { lineBreak: false });
    });
    return y + rows.length * height;
  }

  /** One line that ends at `right`; smaller where it would be wider than `width`, so that no figure is ever cut. */
  figure(text: string, right: number, y: number, { width, ...style }: Style & { width: number }): void {
    this.#use(style);
    const natural = this.pdf.widthOfString(text), size = style.size ?? sizeUsual;
    const fitting = natural <= width ? size : size * width / natural;
    this.put(text, right - width, y + (size - fitting), {
      ...style,
      size: fitting,
      width: width + 1,
      align: "right",
    });
  }

  /** How high the text will stand. */
  height(text: string, style: Style): number {
    const height = this.#use(style);
    const rows = style.width === undefined ? [text] : this.#rows(text, style.width).slice(0, style.lines);
    return rows.length * height;
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
    this.pdf.font(bold ? this.#fonts.bold : this.#fonts.regular).fontSize(size);
    return size * leading;
  }

  #rows(text: string, width: number): string[] {
    return text.split("\n").flatMap((row) => wrap(row, width, (part) => this.pdf.widthOfString(part)));
  }
}

/** Breaks between words, and inside of a word that alone is too long. */
function wrap(text: string, width: number, widthOf: (text: string) => number): string[] {
  if (widthOf(text) <= width) return [text];
  const rows: string[] = [];
  let row = "";
  for (const word of text.split(" ")) {
    const longer = row === "" ? word : `${row} ${word}`;
    if (widthOf(longer) <= width) {
      row = longer;
      continue;
    }
    if (row !== "") rows.push(row);
    const pieces = widthOf(word) <= width ? [word] : cut(word, width, widthOf);
    rows.push(...pieces.slice(0, -1));
    row = pieces.at(-1) ?? "";
  }
  return row === "" ? rows : [...rows, row];
}

function cut(word: string, width: number, widthOf: (text: string) => number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const character of word) {
    if (piece !== "" && widthOf(piece + character) > width) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
  }
  return [...pieces, piece];
}
