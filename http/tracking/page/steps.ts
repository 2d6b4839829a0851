import { type Markup, markup } from "../markup.ts";
import { progressOf, type Step } from "../progress.ts";
import type { StepName } from "../texts/texts.ts";
import { icon, type IconName } from "./icons.ts";
import type { Scene } from "./scene.ts";

const iconOf: { readonly [S in StepName]: IconName } = {
  announced: "label",
  moving: "truck",
  out: "pin",
  pickup: "shop",
  delivered: "house",
  returning: "back",
  returned: "parcel",
};

/** How far it is, in four steps; nothing where there is no way to be on. */
export function steps({ view, texts }: Scene): Markup | undefined {
  const all = progressOf(view);
  if (all.length === 0) return undefined;
  const now = all.findLast(({ state }) => state !== "ahead");
  return markup`<ol class="steps" aria-label="${texts.page.progress}">${all.map((step) => item(step))}</ol>`;

  function item(step: Step): Markup {
    const { name, state } = step, shown = state === "stopped" ? "alert" : iconOf[name];
    const current = step === now ? markup` aria-current="step"` : undefined;
    return markup`<li class="step ${state}"${current}><span class="mark">${icon(shown)}</span>
      <span class="word">${texts.steps[name]}</span> <span class="unseen">(${
      texts.stepStates[state]
    })</span></li>`;
  }
}
