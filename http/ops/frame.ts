import { markup, type Part } from "../tracking/markup.ts";
import type { OpsAssets } from "./assets.ts";
import type { Session } from "./session.ts";

export interface Framed {
  readonly title: string;
  readonly assets: OpsAssets;
  readonly body: Part;
  /** Undefined before somebody has signed in. */
  readonly session?: Session | undefined;
  readonly current?: "overview" | "figures";
  /** The page keeps itself up to date. */
  readonly isLive?: boolean;
}

const places = [["overview", "/ops", "Now"], ["figures", "/ops/figures", "Figures"]] as const;

/** A whole page of the console. */
export function framed({ title, assets, body, session, current, isLive = false }: Framed): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Waybill</title>
<link rel="icon" href="/docs/icon.svg">
<link rel="stylesheet" href="${assets.uplotCss}">
<link rel="stylesheet" href="${assets.css}">
</head>
<body>
<header><p class="brand">Waybill <span>operations</span></p>${session && menu(session, current)}</header>
<main id="console"${isLive ? markup` data-events="/ops/events"` : undefined}>
${body}
</main>
${session && markup`<script src="${assets.uplot}"></script><script src="${assets.js}"></script>`}
</body>
</html>
`.text;
}

function menu({ operator, formToken }: Session, current: Framed["current"]): Part {
  const links = places.map(([name, path, text]) =>
    markup`<li><a href="${path}"${
      name === current ? markup` aria-current="page"` : undefined
    }>${text}</a></li>`
  );
  return markup`<nav aria-label="Console"><ul>${links}<li><a href="/docs">API</a></li></ul></nav>
<form method="post" action="/ops/sign-out"><input type="hidden" name="token" value="${formToken}">
<span class="who">${operator.name}</span> <button class="quiet">Sign out</button></form>`;
}
