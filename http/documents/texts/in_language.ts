import type { Language } from "../../tracking/languages.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import type { DocumentTexts } from "./texts.ts";

export const textsOf: { readonly [L in Language]: DocumentTexts } = { en, de, fr, es };
