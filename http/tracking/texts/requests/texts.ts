import type { CustomerRequestKind } from "../../../../actors/commands.ts";
import type { RequestStatus } from "../../../../actors/parcel/request_status.ts";

/** Every field of the forms in which a receiver writes to the shop. */
export const requestFieldNames = [
  "name",
  "line1",
  "line2",
  "postalCode",
  "city",
  "region",
  "country",
  "point",
  "message",
  "email",
] as const;
export type RequestFieldName = (typeof requestFieldNames)[number];

/** What can be wrong with a field. */
export type FieldFault = "missing" | "tooLong" | "unreadable";
/** Why a form is not taken. */
export type FormFault = "tooLate" | "tooMany" | "tooFast" | "uncertain" | "paused" | "elsewhere";

interface KindTexts {
  /** Of the button and of the form. */
  readonly title: string;
  /** Under the button. */
  readonly hint?: string;
  /** Over the form. */
  readonly intro: string;
  /** In the list of what was asked for. */
  readonly asked: string;
}

/** What the page says of the receiver's requests to the shop. */
export interface RequestTexts {
  readonly kinds: { readonly [K in CustomerRequestKind]: KindTexts };
  readonly yours: string;
  readonly states: { readonly [S in RequestStatus]: string };
  readonly fields: { readonly [F in RequestFieldName]: string };
  readonly hints: { readonly [F in RequestFieldName]?: string };
  readonly optional: string;
  readonly send: string;
  readonly back: string;
  readonly readBy: (shop: string) => string;
  readonly wrong: string;
  readonly faults: { readonly [F in FieldFault]: string };
  readonly refused: { readonly [F in FormFault]: string };
}
