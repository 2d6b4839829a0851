import type { Hono } from "hono";
import type { InboxMessage } from "../../projections/outbox/inbox.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import type { Guards } from "../guard.ts";
import { escapeHtml, page, pageHeaders } from "../html.ts";
import { answer, json, refuse } from "../respond.ts";

export interface DevInbox {
  /** Newest first. */
  list(): Promise<readonly InboxMessage[]>;
  read(id: number): Promise<InboxMessage | undefined>;
}

/** What would have been sent, for whoever develops a shop: on this machine, or with a key that may operate. */
export function devInboxRoutes(app: Hono<EdgeEnv>, edge: Edge, allow: Guards): void {
  const inbox = edge.devInbox;
  if (inbox === undefined) return;
  const operate = allow("operate");
  app.use("/dev/inbox/*", (c, next) => {
    // A proxy on this machine forwards strangers: only a caller that is not forwarded is a neighbour.
    const forwarded = c.req.header("forwarded") ?? c.req.header("x-forwarded-for");
    const near = forwarded === undefined && edge.isLoopback(c.env) && isHere(c.req.header("host"));
    return near ? next() : operate(c, next);
  });
  app.get("/dev/inbox", async (c) => {
    const messages = await inbox.list();
    if (c.req.header("accept")?.includes("application/json")) {
      return json(c, 200, { items: messages }, unkept);
    }
    return shown(c, page("Inbox", listed(messages)));
  });
  app.get("/dev/inbox/:id", async (c) => {
    const message = await found(c, inbox);
    return message === undefined ? missing(c) : shown(c, page(titleOf(message), single(message)));
  });
  app.get("/dev/inbox/:id/html", async (c) => {
    const html = (await found(c, inbox))?.message.html;
    if (html === undefined) return missing(c);
    return answer(c, 200, html, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; sandbox allow-popups",
      "x-frame-options": "SAMEORIGIN",
      ...unkept,
    });
  });
}

const unkept = { "cache-control": "no-store" };

/** A page elsewhere may make a browser here ask under its own name (DNS rebinding). */
const isHere = (host = "") => /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(host);

async function found(c: EdgeContext, inbox: DevInbox): Promise<InboxMessage | undefined> {
  const id = c.req.param("id") ?? "";
  return /^\d{1,15}$/.test(id) ? await inbox.read(Number(id)) : undefined;
}

function shown(c: EdgeContext, html: string): Response {
  const policy = `${pageHeaders["content-security-policy"]}; frame-src 'self'`;
  return answer(c, 200, html, { ...pageHeaders, "content-security-policy": policy, ...unkept });
}

const missing = (c: EdgeContext) =>
  refuse(c, { problem: "not-found", detail: "Cannot find message: the inbox keeps the newest 200" });

const titleOf = ({ message }: InboxMessage) => message.subject ?? message.text;

function listed(messages: readonly InboxMessage[]): string {
  if (messages.length === 0) {
    return "<h1>Inbox</h1><p>Nothing was sent yet. Place an order with a customer's e-mail address.</p>";
  }
  const items = messages.map((one) => {
    const at = one.at.toISOString(), written = at.slice(0, "2026-01-01T00:00:00".length).replace("T", " ");
    return `<li><a href="/dev/inbox/${one.id}">${escapeHtml(titleOf(one))}</a><br>
<small>${one.channel} to ${
      escapeHtml(one.address)
    }, <time datetime="${at}">${written} UTC</time></small></li>`;
  });
  return `<h1>Inbox</h1><p>What would have been sent to customers; nothing of it left this machine.</p>
<ol reversed>${items.join("\n")}</ol>`;
}

function single(one: InboxMessage): string {
  const { id, channel, address, message: { text, html, headers = {} } } = one;
  const lines = Object.entries({ to: address, by: channel, ...headers })
    .map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd><code>${escapeHtml(value)}</code></dd>`);
  const frame = html === undefined
    ? ""
    : `<h2>HTML</h2><iframe title="The message" src="/dev/inbox/${id}/html" sandbox="allow-popups" width="100%" height="700"></iframe>`;
  return `<p><a href="/dev/inbox">Inbox</a></p><h1>${escapeHtml(titleOf(one))}</h1><dl>${lines.join("")}</dl>
${frame}<h2>Text</h2><pre>${escapeHtml(text)}</pre>`;
}
