import { actionRequired, type TrackingStatus } from "../../../actors/parcel/status.ts";
import { type Markup, markup } from "../markup.ts";
import { type DelayReason, delayReasons } from "../texts/texts.ts";
import { expected } from "./expected.ts";
import { icon, type IconName } from "./icons.ts";
import { clockTime, headlineOf, placeOf, type Scene, subTextsOf, whenOf } from "./scene.ts";
import { steps } from "./steps.ts";

const signOf: { readonly [S in TrackingStatus]: readonly [tone: "good" | "plain" | "bad", icon: IconName] } =
  {
    unknown: ["plain", "question"],
    pre_transit: ["plain", "label"],
    in_transit: ["plain", "truck"],
    out_for_delivery: ["plain", "pin"],
    delivery_attempted: ["bad", "alert"],
    available_for_pickup: ["good", "shop"],
    delivered: ["good", "check"],
    exception: ["bad", "alert"],
    return_to_sender: ["bad", "back"],
    expired: ["bad", "clock"],
    cancelled: ["bad", "cross"],
  };

/** Where the parcel stands, when it comes, what went wrong and what happens next. */
export function summary(scene: Scene): Markup {
  const { view, texts } = scene, { status, subStatus } = view;
  const [tone, sign] = signOf[status];
  return markup`<section id="summary" class="card summary ${tone}" data-status="${status}">
    ${view.orderNumber && markup`<p class="eyebrow">${texts.page.order(view.orderNumber)}</p>`}
    <h1>${icon(sign)}<span>${headlineOf(texts, view)}</span></h1>
    ${latest(scene)}
    ${expected(scene)}
    ${late(scene)}
    ${steps(scene)}
    ${next(scene, subTextsOf(texts, status, subStatus)?.[1])}
  </section>`;
}

/** What the status is about, where and when. */
function latest(scene: Scene): Markup | undefined {
  const { view, texts } = scene;
  const says = subTextsOf(texts, view.status, view.subStatus)?.[0];
  const event = view.events.findLast(({ at, status }) => at === view.statusAt && status === view.status);
  const place = event && placeOf(scene, event), when = whenOf(scene, event ?? { at: view.statusAt }, place);
  const where = place?.name ?? event?.location;
  const said = says === headlineOf(texts, view) ? undefined : says;
  const time = when && view.events.length > 0
    ? markup`<time datetime="${when.machine}">${when.day}, ${clockTime(scene, when)}</time>`
    : undefined;
  const parts = [said && markup`<strong>${said}</strong>`, where, time].filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  return markup`<p class="latest">${parts.map((part, i) => markup`${i > 0 ? " · " : ""}${part}`)}</p>`;
}

function late(scene: Scene): Markup | undefined {
  const { view: { delayed, status }, texts } = scene;
  if (delayed === undefined || status === "delivered" || status === "cancelled") return undefined;
  const reason = delayReasons.find((known): known is DelayReason => known === delayed.reason);
  const since = whenOf(scene, { at: delayed.since });
  return markup`<div class="notice late">${icon("clock")}<p><strong>${texts.page.delayed}.</strong>
    ${reason && texts.delays[reason]} ${since && `${texts.page.delayedSince(since.day)}.`}</p></div>`;
}

function next({ view, texts }: Scene, ofSubStatus: string | undefined): Markup {
  const whose = actionRequired(view), text = ofSubStatus ?? texts.statuses[view.status].next;
  const asked = whose === "customer";
  return markup`<div class="next${asked ? " notice asked" : ""}">${asked ? icon("alert") : undefined}<div>
    <h2>${asked ? texts.whoseMove.customer : texts.page.whatNext}</h2>
    <p>${text}</p>${
    isTrouble(view.status) && !asked ? markup`<p class="whose">${texts.whoseMove[whose]}</p>` : undefined
  }
  </div></div>`;
}

const isTrouble = (status: TrackingStatus) =>
  status === "exception" || status === "delivery_attempted" || status === "return_to_sender";
