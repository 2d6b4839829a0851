import type { CustomerRequestKind } from "../../../actors/commands.ts";
import { countries } from "../../schemas/countries.ts";
import { type Language, textsOf } from "../languages.ts";
import { type Markup, markup } from "../markup.ts";
import { type FieldFaults, type Filled, type RequestField, requestFields } from "../requests.ts";
import type { FormFault } from "../texts/requests/texts.ts";
import type { Branding, TrackingView } from "../view.ts";
import { type Assets, framed } from "./frame.ts";
import { icon } from "./icons.ts";

/** A form as it stands: empty, or with what is wrong with it. */
export interface Asking {
  readonly kind: CustomerRequestKind;
  /** Tells this form's request from others that say the same. */
  readonly key: string;
  readonly filled: Filled;
  readonly faults?: FieldFaults;
  /** Why it was not taken. */
  readonly refused?: FormFault;
}

interface Framing {
  readonly view: TrackingView;
  readonly language: Language;
  readonly branding: Branding;
  readonly assets: Assets;
}

/** The page on which a receiver asks the shop for something. */
export function requestDocument({ view, language, branding, assets }: Framing, asking: Asking): string {
  const { requests: texts } = textsOf[language], { kind, refused, faults = {} } = asking;
  const { title, intro } = texts.kinds[kind];
  const wrong = refused !== undefined || Object.keys(faults).length > 0;
  const back = `/t/${view.token}?lang=${language}`;
  return framed({
    language,
    branding,
    assets,
    title: wrong ? `${texts.wrong} – ${title}` : title,
    main: markup`<main class="asking"><p><a href="${back}">${texts.back}</a></p>
<section class="card"><h1>${title}</h1>
${refused === undefined ? markup`<p>${intro}</p>` : undefined}
${wrong ? notice(asking, language) : undefined}
${refused === "tooLate" || refused === "tooMany" ? otherWays() : form()}
</section></main>`,
  });

  function form(): Markup {
    const fields = requestFields[kind].map((field) => entry(field, asking, language));
    return markup`<form method="post" action="/t/${view.token}/requests/${kind}?lang=${language}">
<input type="hidden" name="key" value="${asking.key}">
${fields}
<p class="hint">${texts.readBy(branding.name)}</p>
<button type="submit">${texts.send}</button>
</form>`;
  }

  function otherWays(): Markup | undefined {
    if (kind === "contact") return undefined;
    const contact = `/t/${view.token}/requests/contact?lang=${language}`;
    return markup`<p><a class="button" href="${contact}">${texts.kinds.contact.title}</a></p>`;
  }
}

/** Says what is wrong before everything else; with links to the fields, as a form's error summary should have. */
function notice({ kind, refused, faults = {} }: Asking, language: Language): Markup {
  const { requests: texts } = textsOf[language];
  const links = requestFields[kind].flatMap(({ name }) => {
    const fault = faults[name];
    return fault
      ? [markup`<li><a href="#${name}">${texts.fields[name]}: ${texts.faults[fault]}</a></li>`]
      : [];
  });
  return markup`<div class="notice" role="alert">${icon("alert")}<div>${
    refused === undefined
      ? markup`<p><strong>${texts.wrong}</strong></p><ul>${links}</ul>`
      : markup`<p>${texts.refused[refused]}</p>`
  }</div></div>`;
}

function entry(field: RequestField, { filled, faults = {} }: Asking, language: Language): Markup {
  const { requests: texts } = textsOf[language], { name } = field;
  const fault = faults[name], hint = texts.hints[name];
  const described = [hint && `${name}-hint`, fault && `${name}-fault`].filter(Boolean).join(" ");
  const optional = field.required ? undefined : markup` <span class="hint">(${texts.optional})</span>`;
  return markup`<div class="field">
<label for="${name}">${texts.fields[name]}${optional}</label>
${hint && markup`<p class="hint" id="${name}-hint">${hint}</p>`}
${fault && markup`<p class="fault" id="${name}-fault">${texts.faults[fault]}</p>`}
${control(field, { value: filled[name] ?? "", language, described, invalid: fault !== undefined })}
</div>`;
}

interface Control {
  readonly value: string;
  readonly language: Language;
  readonly described: string;
  readonly invalid: boolean;
}

function control(field: RequestField, { value, language, described, invalid }: Control): Markup {
  const { name, kind, charsMax, required, autocomplete } = field;
  const attributes = markup`id="${name}" name="${name}"${required && markup` required`}${
    autocomplete && markup` autocomplete="${autocomplete}"`
  }${described && markup` aria-describedby="${described}"`}${
    invalid ? markup` aria-invalid="true"` : undefined
  }`;
  if (kind === "lines") {
    return markup`<textarea ${attributes} rows="4" maxlength="${charsMax}">
${value}</textarea>`; // A line break right behind the tag is none of the text.
  }
  if (kind === "country") return markup`<select ${attributes}>${options(value, language)}</select>`;
  const type = kind === "email" ? "email" : "text";
  return markup`<input ${attributes} type="${type}" maxlength="${charsMax}" value="${value}">`;
}

const optionsByLanguage = new Map<Language, readonly (readonly [code: string, name: string])[]>();

function options(chosen: string, language: Language): readonly Markup[] {
  const known = optionsByLanguage.get(language) ?? countryNames(language);
  optionsByLanguage.set(language, known);
  const none = countries.has(chosen) ? [] : [markup`<option value="" selected></option>`];
  return [
    ...none,
    ...known.map(([code, name]) =>
      markup`<option value="${code}"${code === chosen ? markup` selected` : undefined}>${name}</option>`
    ),
  ];
}

function countryNames(language: Language) {
  const names = new Intl.DisplayNames(language, { type: "region" }), order = new Intl.Collator(language);
  return [...countries].map((code) => [code, names.of(code) ?? code] as const)
    .sort(([, one], [, other]) => order.compare(one, other));
}
