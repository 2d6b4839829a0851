import { readFileSync } from "node:fs";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { extname } from "node:path";
import { contrast, readableOn } from "./contrast.ts";
import type { Assets } from "./page/frame.ts";
import type { Branding } from "./view.ts";

/** A file that the page asks for. */
export interface Asset {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}
export interface Dress {
  readonly assets: Assets;
  /** By the last part of their addresses. */
  readonly files: ReadonlyMap<string, Asset>;
}

const logoBytesMax = 512 * 1024;
const logoTypes: Readonly<Record<string, string>> = {
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".webp": "image/webp",
};

/** Everything that the page looks like, made once at boot, so that a wrong colour or logo is found then. */
export function dressOf(branding: Branding): Dress {
  const own = (name: string) => readFileSync(new URL(`./page/${name}`, import.meta.url), "utf8");
  const css = text("text/css; charset=utf-8", own("page.css") + coloursOf(branding.colour ?? "#0b5cad"));
  const js = text("text/javascript; charset=utf-8", own("page.js"));
  const logo = branding.logo === undefined ? undefined : logoOf(branding.logo);
  const files = new Map([["page.css", css], ["page.js", js], ...(logo ? [["logo", logo] as const] : [])]);
  const address = (name: string, { body }: Asset) => {
    const hash = createHash("sha256").update(body).digest("base64url").slice(0, 12);
    return `/t/assets/${name}?v=${hash}`;
  };
  const assets = {
    css: address("page.css", css),
    js: address("page.js", js),
    logo: logo && address("logo", logo),
  };
  return { assets, files };
}

/** The brand's colour in shades that can be read, by light and by dark; the backgrounds are those of page.css. */
export function coloursOf(colour: string): string {
  const light = readableOn(colour, ["#ffffff", "#f3f4f6", "#fdf0ec"]);
  const dark = readableOn(colour, ["#1b2025", "#111417", "#33221d"]);
  return `:root { ${variables(light)} }\n@media (prefers-color-scheme: dark) { :root { ${
    variables(dark)
  } } }\n`;
}

function variables(accent: string): string {
  const [black, white] = ["#000000", "#ffffff"] as const;
  const onAccent = contrast(accent, white) >= contrast(accent, black) ? white : black;
  return `--accent: ${accent}; --on-accent: ${onAccent};`;
}

function text(type: string, content: string): Asset {
  return { type, body: new TextEncoder().encode(content) };
}

/** The picture in a file or a `data:` URL. */
export function logoOf(logo: string): Asset {
  const asset = logo.startsWith("data:") ? inUrl(logo) : inFile(logo);
  if (asset.body.byteLength > logoBytesMax) {
    throw new Error(
      `Cannot use the logo: it has ${asset.body.byteLength} bytes, at most ${logoBytesMax} are allowed`,
    );
  }
  return asset;
}

function inFile(path: string): Asset {
  const type = logoTypes[extname(path).toLowerCase()];
  if (type === undefined) {
    throw new Error(`Cannot use the logo ${path}: it is no SVG, PNG, JPEG or WebP file`);
  }
  return { type, body: new Uint8Array(readFileSync(path)) };
}

function inUrl(url: string): Asset {
  const [, type = "", base64, data = ""] = /^data:([^;,]*)[^,]*?(;base64)?,(.*)$/s.exec(url) ?? [];
  if (!Object.values(logoTypes).includes(type)) {
    throw new Error("Cannot use the logo: its data URL is no SVG, PNG, JPEG or WebP image");
  }
  return { type, body: new Uint8Array(Buffer.from(decodeURIComponent(data), base64 ? "base64" : "utf8")) };
}
