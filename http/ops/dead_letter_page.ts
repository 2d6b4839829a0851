import { type Markup, markup } from "../tracking/markup.ts";
import type { Acted } from "./console.ts";
import type { Session } from "./session.ts";

export interface DeadLetterShown {
  readonly id: string;
  /** Undefined when it is no longer there. */
  readonly found: object | undefined;
  readonly session: Session;
  readonly acted?: Acted;
  readonly fault?: string;
}

const intro = {
  retry: "Do it again, and then in order what waits behind it.",
  drop: "Give it up; what waits behind it goes on without it.",
} as const;

/** What could not be done, with all that is known of it, and what can be made of it. */
export function deadLetterPage({ id, found, session, acted, fault }: DeadLetterShown): Markup {
  const result = acted &&
    markup`<p class="${acted.done ? "notice" : "notice bad"}" role="status">${acted.said}</p>`;
  const rest = found === undefined
    ? markup`<p>There is no such dead letter: it was retried or dropped, or never was one. <a href="/ops">Back</a></p>`
    : markup`${fault && markup`<p class="fault" role="alert">${fault}</p>`}
<div class="acts">${(["retry", "drop"] as const).map((does) => actForm(does, id, session))}</div>
<h2>What is known</h2>
<pre class="scroll" tabindex="0">${JSON.stringify(found, undefined, 2)}</pre>`;
  return markup`<section class="card"><p class="crumb"><a href="/ops">Now</a></p><h1>${id}</h1>${result}${rest}</section>`;
}

function actForm(does: "retry" | "drop", id: string, { formToken }: Session): Markup {
  return markup`<form method="post" action="/ops/dead-letter">
<input type="hidden" name="token" value="${formToken}"><input type="hidden" name="id" value="${id}">
<input type="hidden" name="does" value="${does}">
<p>${intro[does]}</p>
<label for="why-${does}">Why (recorded with your name)</label>
<input id="why-${does}" name="why" required maxlength="500" autocomplete="off">
<button${does === "drop" ? markup` class="grave"` : undefined}>${does === "retry" ? "Retry" : "Drop"}</button>
</form>`;
}
