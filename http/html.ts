const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (found) => entities[found]!);

/** A small page without anything from elsewhere. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Waybill</title>
<link rel="icon" href="/docs/icon.svg">
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; color: #1c2024; background: #fff; overflow-wrap: anywhere; }
li, dd { margin-block: .5rem; }
dt { font-weight: 600; }
dd { margin-inline: 0; }
pre { white-space: pre-wrap; }
code { background: #f1f3f5; padding: .1em .3em; border-radius: 3px; }
h1 { line-height: 1.2; }
table { border-spacing: 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem 1rem .25rem 0; }
th { font-weight: 600; }
a { color: #0b5cad; }
@media (prefers-color-scheme: dark) { body { color: #e6e8eb; background: #15181b; } code { background: #262b30; } a { color: #7ab8ff; } }
</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

/** No scripts, nothing from elsewhere; the page's own style and icon only. */
export const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
} as const;
