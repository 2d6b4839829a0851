import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Hono } from "hono";
import type { EdgeEnv } from "../edge.ts";
import { refuse } from "../respond.ts";

/** Where the pages' parts are asked for; an address is of its content, for ever. */
export interface OpsAssets {
  readonly css: string;
  readonly js: string;
  readonly uplot: string;
  readonly uplotCss: string;
}

const css = "text/css; charset=utf-8", js = "text/javascript; charset=utf-8";

/** Serves the console's style and scripts, and uPlot from the installed package: nothing comes from outside, and nothing is secret. */
export function assetRoutes(app: Hono<EdgeEnv>): OpsAssets {
  const files = new Map<string, { readonly type: string; readonly body: string }>();
  const add = (name: string, type: string, body: string) => {
    files.set(name, { type, body });
    return `/ops/assets/${name}?v=${createHash("sha256").update(body).digest("base64url").slice(0, 12)}`;
  };
  const own = (name: string) => readFileSync(new URL(`./page/${name}`, import.meta.url), "utf8");
  const folder = join(dirname(createRequire(import.meta.url).resolve("uplot/package.json")), "dist");
  const assets = {
    css: add("ops.css", css, own("ops.css")),
    js: add("ops.js", js, own("ops.js")),
    uplot: add("uplot.js", js, readFileSync(join(folder, "uPlot.iife.min.js"), "utf8")),
    uplotCss: add("uplot.css", css, readFileSync(join(folder, "uPlot.min.css"), "utf8")),
  };
  app.get("/ops/assets/:name", (c) => {
    const file = files.get(c.req.param("name"));
    if (file === undefined) {
      return refuse(c, { problem: "not-found", detail: "Cannot find path: the console has no such part" });
    }
    const cacheControl = c.req.query("v") === undefined ? "no-cache" : "public, max-age=31536000, immutable";
    return c.body(file.body, 200, { "content-type": file.type, "cache-control": cacheControl });
  });
  return assets;
}
