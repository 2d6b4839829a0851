import type { Language } from "../../tracking/languages.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import type { NotificationTexts } from "./texts.ts";

export const notificationTexts: { readonly [L in Language]: NotificationTexts } = { en, de, fr, es };
