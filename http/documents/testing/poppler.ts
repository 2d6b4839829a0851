import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A page as grey pixels: 0 is black, 255 is paper. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** The darkest of the pixels in a part of it, all in points of 1/72 inch. */
  darkest(from: readonly [x: number, y: number], to: readonly [x: number, y: number]): number;
}

export class Poppler {
  readonly #folder: string;
  constructor(pdftoppm: string) {
    this.#folder = dirname(pdftoppm);
  }

  /** What can be read on the pages, a form feed after each: as it stands there, or in the sequence in which it was written. */
  async text(pdf: Uint8Array, order: "layout" | "raw" = "layout"): Promise<string> {
    return await this.#of(
      pdf,
      async (path) => (await run(this.#program("pdftotext"), [`-${order}`, path, "-"])).stdout,
    );
  }
  /** One line for each font. */
  async fonts(pdf: Uint8Array): Promise<readonly string[]> {
    const { stdout } = await this.#of(pdf, (path) => run(this.#program("pdffonts"), [path]));
    return stdout.trim().split("\n").slice(2);
  }
  async attached(pdf: Uint8Array): Promise<string> {
    return await this.#of(pdf, async (path) => {
      await run(this.#program("pdfdetach"), ["-save", "1", "-o", `${path}.xml`, path]);
      return await readFile(`${path}.xml`, "utf8");
    });
  }
  /** Every page, one pixel to the point. */
  async pictures(pdf: Uint8Array, pages: number): Promise<readonly Picture[]> {
    return await this.#of(pdf, async (path) => {
      await run(this.#program("pdftoppm"), ["-r", "72", "-gray", path, path]);
      const digits = String(pages).length;
      const names = Array.from({ length: pages }, (_, index) => String(index + 1).padStart(digits, "0"));
      return await Promise.all(names.map(async (name) => pictureOf(await readFile(`${path}-${name}.pgm`))));
    });
  }

  #program(name: string): string {
    return join(this.#folder, name);
  }
  async #of<T>(pdf: Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "waybill-pdf-"));
    try {
      const path = join(folder, "document.pdf");
      await writeFile(path, pdf);
      return await use(path);
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}

/** PGM: `P5`, width, height and the brightest value as text, then a byte for each pixel. */
function pictureOf(file: Uint8Array): Picture {
  const head = /^P5\s(\d+)\s(\d+)\s255\s/.exec(new TextDecoder("latin1").decode(file.subarray(0, 40)));
  if (head === null) throw new Error("Cannot read picture: it is no PGM");
  const width = Number(head[1]), height = Number(head[2]), pixels = file.subarray(head[0].length);
  const darkest: Picture["darkest"] = ([left, top], [right, bottom]) => {
    let least = 255;
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) least = Math.min(least, pixels[y * width + x] ?? 255);
    }
    return least;
  };
  return { width, height, darkest };
}
