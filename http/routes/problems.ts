import type { Hono } from "hono";
import type { EdgeEnv } from "../edge.ts";
import { escapeHtml, page, pageHeaders } from "../html.ts";
import { isProblemName, type ProblemName, problems } from "../problems.ts";
import { refuse } from "../respond.ts";

/** /problems and /problems/{name}: the pages that a problem's `type` leads to. */
export function problemRoutes(app: Hono<EdgeEnv>): void {
  app.get("/problems", (c) => c.body(overview(), 200, pageHeaders));
  app.get("/problems/:name", (c) => {
    const name = c.req.param("name");
    if (isProblemName(name)) return c.body(explained(name), 200, pageHeaders);
    return refuse(c, { problem: "not-found", detail: "Cannot find page: there is no problem of that name" });
  });
}

function overview(): string {
  const kinds = Object.entries(problems).toSorted(([, a], [, b]) => a.status - b.status);
  const rows = kinds.map(([name, { status, title }]) =>
    `<tr><th>${status}</th><td><a href="/problems/${name}">${name}</a></td><td>${escapeHtml(title)}</td></tr>`
  );
  return page(
    "Problems",
    `<p><a href="/docs">Reference</a></p>
<h1>Problems</h1>
<table>\n${rows.join("\n")}
</table>`,
  );
}

function explained(name: ProblemName): string {
  const { status, title, about } = problems[name];
  const paragraph = escapeHtml(about).replace(/`([^`]+)`/g, "<code>$1</code>");
  return page(
    title,
    `<p><a href="/problems">Problems</a></p>
<h1>${escapeHtml(title)}</h1>
<p><code>${name}</code>, status <code>${status}</code></p>
<p>${paragraph}</p>
<p>Answers of this kind are <code>application/problem+json</code> with <code>"type": "/problems/${name}"</code>. The
<a href="/docs">reference</a> says which calls can give it.</p>`,
  );
}
