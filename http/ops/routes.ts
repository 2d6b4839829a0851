import type { Hono } from "hono";
import { Fault } from "../../streams/faults.ts";
import { checkContentType, readBytes } from "../body.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import { answer, refuse } from "../respond.ts";
import { assetRoutes } from "./assets.ts";
import type { ConsoleDesk } from "./console.ts";
import { deadLetterPage, type DeadLetterShown } from "./dead_letter_page.ts";
import { eventRoute } from "./events.ts";
import { figuresPage, periodOf } from "./figures_page.ts";
import { type Framed, framed } from "./frame.ts";
import { overviewPage } from "./overview_page.ts";
import { beginSession, endSession, isOurForm, type Session, sessionOf } from "./session.ts";
import { signInPage } from "./sign_in_page.ts";
import { ConsoleWatch } from "./watch.ts";

/** What every page of the console works with. */
interface Console {
  readonly edge: Edge;
  readonly desk: ConsoleDesk;
  readonly watch: ConsoleWatch;
  readonly page: (c: EdgeContext, status: number, framed: Omit<Framed, "assets">) => Response;
}
type Page = (c: EdgeContext, session: Session) => Promise<Response> | Response;

/** The operators' pages: works without JavaScript, and is live with it. There are none on an edge without a desk. */
export function consoleRoutes(app: Hono<EdgeEnv>, edge: Edge): void {
  const desk = edge.console;
  if (desk === undefined) return;
  const { nowMs, closing, limits } = edge;
  const watch = new ConsoleWatch(desk, { readEveryMs: limits.consoleReadEveryMs, nowMs, closing });
  const assets = assetRoutes(app);
  const page: Console["page"] = (c, status, told) => html(c, status, framed({ assets, ...told }));
  const all: Console = { edge, desk, watch, page };
  signRoutes(app, all);
  app.get(
    "/ops",
    signedIn(all, async (c, session) => {
      const body = overviewPage(await watch.reading());
      return page(c, 200, { title: "Now", session, current: "overview", isLive: true, body });
    }),
  );
  app.get(
    "/ops/figures",
    signedIn(all, async (c, session) => {
      const asked = periodOf(c.req.query("days"));
      const figures = await desk.figures({ ...asked, now: new Date(nowMs()) });
      return page(c, 200, {
        title: "Figures",
        session,
        current: "figures",
        body: figuresPage(figures, asked.days),
      });
    }),
  );
  deadLetterRoutes(app, all);
  eventRoute(app, edge, { watch, sessionOf: (c) => sessionOf(c, desk, nowMs()) });
}

function signRoutes(app: Hono<EdgeEnv>, { edge, desk, page }: Console): void {
  const signIn = (c: EdgeContext, status: number, fault?: string) =>
    page(c, status, { title: "Sign in", body: signInPage(fault) });
  app.get(
    "/ops/sign-in",
    (c) => sessionOf(c, desk, edge.nowMs()) === undefined ? signIn(c, 200) : seeOther(c, "/ops"),
  );
  app.post("/ops/sign-in", async (c) => {
    const form = await readForm(c, edge);
    if (form instanceof Response) return form;
    if (!isOurForm(c, null, undefined)) {
      return signIn(c, 403, "The form came from elsewhere. Try again here.");
    }
    const operator = desk.operatorWith(form.get("key")?.trim() ?? "");
    if (operator === undefined) {
      return signIn(c, 403, "There is no such key, or it is revoked, or it lacks the scope operate.");
    }
    const nowMs = edge.nowMs();
    const endsAtMs = nowMs + edge.limits.consoleSessionMs;
    return seeOther(c, "/ops", beginSession(c, desk, { operator, nowMs, endsAtMs }));
  });
  app.post("/ops/sign-out", async (c) => {
    const form = await readForm(c, edge);
    if (form instanceof Response) return form;
    if (!isOurForm(c, form.get("token"), sessionOf(c, desk, edge.nowMs()))) return elsewhere(c);
    return seeOther(c, "/ops/sign-in", endSession(c));
  });
}

function deadLetterRoutes(app: Hono<EdgeEnv>, all: Console): void {
  const { edge, desk, watch, page } = all;
  const show = async (c: EdgeContext, status: number, shown: Omit<DeadLetterShown, "found">) => {
    const found = await desk.deadLetter(shown.id);
    const seen = found === undefined && status === 200 && !shown.acted ? 404 : status;
    const body = deadLetterPage({ ...shown, found });
    return page(c, seen, { title: shown.id, session: shown.session, body });
  };
  app.get(
    "/ops/dead-letter",
    signedIn(all, (c, session) => show(c, 200, { id: c.req.query("id") ?? "", session })),
  );
  app.post(
    "/ops/dead-letter",
    signedIn(all, async (c, session) => {
      const form = await readForm(c, edge);
      if (form instanceof Response) return form;
      if (!isOurForm(c, form.get("token"), session)) return elsewhere(c);
      const id = form.get("id") ?? "", does = form.get("does"), why = form.get("why")?.trim() ?? "";
      if (does !== "retry" && does !== "drop") {
        return refuse(c, { problem: "invalid-request", detail: "Cannot act: it must be retry or drop" });
      }
      if (why === "") {
        return await show(c, 422, { id, session, fault: "Say why: it is recorded with your name." });
      }
      const acted = await desk.settle(does, id, { by: session.operator.name, why });
      watch.forget();
      return await show(c, acted.done ? 200 : 409, { id, session, acted });
    }),
  );
}

/** Whoever has not signed in is asked to; a part that is away is said in a page. */
function signedIn({ edge, desk, page }: Console, serve: Page): (c: EdgeContext) => Promise<Response> {
  return async (c) => {
    const session = sessionOf(c, desk, edge.nowMs());
    if (session === undefined) return seeOther(c, "/ops/sign-in");
    try {
      return await serve(c, session);
    } catch (error) {
      if (!(error instanceof Fault && error.retry)) throw error;
      const body = signalAway(error);
      return page(c, 503, { title: "Not now", session, body });
    }
  };
}

const signalAway = (fault: Fault) => [`Not now: ${fault.message}. Reload to try again.`];

async function readForm(c: EdgeContext, edge: Edge): Promise<URLSearchParams | Response> {
  const wrong = checkContentType(c.req.header("content-type"), ["application/x-www-form-urlencoded"]);
  if (wrong !== undefined) return refuse(c, wrong);
  const bytes = await readBytes(c, edge.limits.consoleFormBytesMax);
  return bytes.ok ? new URLSearchParams(new TextDecoder().decode(bytes.value)) : refuse(c, bytes.refusal);
}

function elsewhere(c: EdgeContext): Response {
  return refuse(c, { problem: "forbidden", detail: "Cannot act: the form did not come from this console" });
}

function html(c: EdgeContext, status: number, text: string): Response {
  return answer(c, status, text, { "content-type": "text/html; charset=utf-8", ...pageHeaders });
}

function seeOther(c: EdgeContext, location: string, more: Readonly<Record<string, string>> = {}): Response {
  return answer(c, 303, "", { location, ...pageHeaders, ...more });
}

const pageHeaders = {
  "cache-control": "no-store",
  "x-robots-tag": "noindex, nofollow, noarchive",
  // Browsers say nothing of where a form comes from on pages that send no referrer at all.
  "referrer-policy": "same-origin",
  // Everything comes from here, and nothing stands in the page itself: no inline script, no inline style.
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
};
