import type { Language } from "../../tracking/languages.ts";
import { type Numbers, numbersFor } from "../numbers.ts";
import { textsOf } from "../texts/in_language.ts";
import type { DocumentTexts } from "../texts/texts.ts";
import { type DocumentView, languageOf } from "../view.ts";
import { Paper } from "./paper.ts";

/** What each part of the document is written with. */
export interface Sheet extends DocumentView {
  readonly paper: Paper;
  readonly texts: DocumentTexts;
  readonly numbers: Numbers;
}

export function sheetFor(view: DocumentView): Sheet {
  const { document, seller } = view, language: Language = languageOf(view);
  const texts = textsOf[language];
  const paper = new Paper({
    title: `${texts.titles[document.type]} ${document.number}`,
    language,
    at: new Date(document.issuedAt),
  });
  return { ...view, paper, texts, numbers: numbersFor(language, document.currency, seller.address.country) };
}
