import QRCode from "qrcode";
import { ink, type Paper } from "./paper.ts";

/** Draws the code as rectangles, a run of dark modules each: sharp in any size. */
export function putQrCode(paper: Paper, text: string, at: { x: number; y: number; size: number }): void {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: "M" });
  const edge = at.size / modules.size;
  for (let row = 0; row < modules.size; row++) {
    for (let from = 0; from < modules.size; from++) {
      if (!modules.get(row, from)) continue;
      let to = from;
      while (to < modules.size && modules.get(row, to)) to++;
      paper.pdf.rect(at.x + from * edge, at.y + row * edge, (to - from) * edge, edge);
      from = to;
    }
  }
  paper.pdf.fill(ink.text);
}
