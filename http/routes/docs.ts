import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Hono } from "hono";
import type { EdgeEnv } from "../edge.ts";
import { apiDescription } from "../openapi/document.ts";

/** /openapi.json, and /docs: Swagger UI from the installed package, so that no page needs the internet. */
export function docsRoutes(app: Hono<EdgeEnv>): void {
  let description: string | undefined;
  app.get("/openapi.json", (c) => {
    description ??= JSON.stringify(apiDescription());
    return c.body(description, 200, { "content-type": "application/json", "cache-control": "no-cache" });
  });
  app.get("/docs", (c) =>
    c.body(page, 200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
    }));
  app.get("/docs/start.js", (c) => c.body(start, 200, { "content-type": "text/javascript; charset=utf-8" }));
  app.get(
    "/docs/icon.svg",
    (c) => c.body(icon, 200, { "content-type": "image/svg+xml", "cache-control": "public, max-age=86400" }),
  );
  for (const [name, type] of assets) {
    let asset: Promise<Uint8Array<ArrayBuffer>> | undefined;
    app.get(`/docs/${name}`, async (c) => {
      asset ??= readAsset(name);
      return c.body(await asset, 200, { "content-type": type, "cache-control": "public, max-age=86400" });
    });
  }
}

const assets = [
  ["swagger-ui.css", "text/css; charset=utf-8"],
  ["swagger-ui-bundle.js", "text/javascript; charset=utf-8"],
] as const;

async function readAsset(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  return new Uint8Array(await readFile(join(folder, name)));
}

/** Swagger UI writes style attributes and inline images, hence the two exceptions. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Waybill API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="/docs/icon.svg">
<style>
/* No response has links to other operations, and a narrow screen has no room for the column that would hold them. */
.swagger-ui .response-col_links { display: none; }
.swagger-ui .opblock-body { overflow-wrap: anywhere; }
</style>
</head>
<body>
<div id="reference"></div>
<noscript>The reference needs JavaScript; its source is <a href="/openapi.json">/openapi.json</a>.</noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const icon =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b5cad"/>
<path d="M3 5l2.5 6L8 6l2.5 5L13 5" fill="none" stroke="#fff" stroke-width="1.6" stroke-linejoin="round"/></svg>
`;

const start = `const dark = matchMedia("(prefers-color-scheme: dark)");
const dress = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", dress);
dress();
// Lines of JSON are an example in text, which would otherwise be quoted as if it were one JSON string.
function showTextAsItIs() {
  const sample = this.fn.getSampleSchema;
  this.fn.getSampleSchema = (schema, type, config, example) =>
    typeof example === "string" ? example : sample(schema, type, config, example);
}
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  plugins: [() => ({ afterLoad: showTextAsItIs })],
});
`;
