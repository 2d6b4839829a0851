import { type Markup, markup } from "../tracking/markup.ts";

/** Takes an API key once. */
export function signInPage(fault?: string): Markup {
  return markup`<section class="card sign-in">
<h1>Sign in</h1>
${fault && markup`<p class="fault" role="alert" id="fault">${fault}</p>`}
<form method="post" action="/ops/sign-in">
<label for="key">API key with the scope <code>operate</code></label>
<input id="key" name="key" type="password" autocomplete="current-password" required maxlength="512"${
    fault ? markup` aria-invalid="true" aria-describedby="fault"` : undefined
  } autofocus>
<button>Sign in</button>
</form>
<p class="hint"><code>npx waybill keys create --name ada --scopes operate</code> makes one. It is not kept in the browser; the
session ends after twelve hours, when you sign out, or when the key is revoked.</p>
</section>`;
}
