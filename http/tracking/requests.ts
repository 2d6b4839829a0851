import { createHash } from "node:crypto";
import { z } from "@hono/zod-openapi";
import type { CustomerRequestKind } from "../../actors/commands.ts";
import * as field from "../schemas/text.ts";
import type { FieldFault, RequestFieldName } from "./texts/requests/texts.ts";

export interface RequestField {
  readonly name: RequestFieldName;
  readonly kind: "line" | "lines" | "email" | "country";
  readonly required?: true;
  readonly charsMax: number;
  /** What a browser may fill in by itself: https://html.spec.whatwg.org/#autofill. */
  readonly autocomplete?: string;
}

const message = { name: "message", kind: "lines", charsMax: 1_000 } as const;

/** What a receiver fills in for each kind of request. */
export const requestFields: { readonly [K in CustomerRequestKind]: readonly RequestField[] } = {
  address_change: [
    { name: "name", kind: "line", charsMax: 200, autocomplete: "name" },
    { name: "line1", kind: "line", required: true, charsMax: 200, autocomplete: "address-line1" },
    { name: "line2", kind: "line", charsMax: 200, autocomplete: "address-line2" },
    { name: "postalCode", kind: "line", charsMax: 32, autocomplete: "postal-code" },
    { name: "city", kind: "line", required: true, charsMax: 200, autocomplete: "address-level2" },
    { name: "region", kind: "line", charsMax: 200, autocomplete: "address-level1" },
    { name: "country", kind: "country", required: true, charsMax: 2, autocomplete: "country" },
    message,
  ],
  pickup_point: [{ name: "point", kind: "lines", required: true, charsMax: 500 }, message],
  contact: [
    { ...message, required: true },
    { name: "email", kind: "email", charsMax: 254, autocomplete: "email" },
  ],
};

export type Filled = { readonly [F in RequestFieldName]?: string };
export type FieldFaults = { readonly [F in RequestFieldName]?: FieldFault };

/** What was filled in, without blanks around it and with one kind of line break: browsers send two characters for each. */
export function filledIn(kind: CustomerRequestKind, form: URLSearchParams): Filled {
  const given = requestFields[kind].map(({ name }) =>
    [name, (form.get(name) ?? "").replaceAll("\r\n", "\n").trim()] as const
  );
  return Object.fromEntries(given.filter(([, value]) => value !== ""));
}

/** What is wrong with it, by field; empty when all is well. */
export function faultsOf(kind: CustomerRequestKind, filled: Filled): FieldFaults {
  const faults: { -readonly [F in RequestFieldName]?: FieldFault } = {};
  for (const one of requestFields[kind]) {
    const value = filled[one.name] ?? "";
    if (value === "" && one.required) faults[one.name] = "missing";
    else if (value.length > one.charsMax) faults[one.name] = "tooLong";
    else if (value !== "" && !schemas[one.kind](one.charsMax).safeParse(value).success) {
      faults[one.name] = "unreadable";
    }
  }
  return faults;
}

const schemas: { readonly [K in RequestField["kind"]]: (charsMax: number) => z.ZodType } = {
  line: (charsMax) => field.text(charsMax).refine((value) => !/[\n\r\t]/.test(value)),
  lines: field.text,
  email: () => field.email,
  country: () => field.country,
};

/** Names a request: the same for what is sent twice from one form, another one for what was written anew. */
export function requestIdOf(token: string, kind: CustomerRequestKind, key: string, filled: Filled): string {
  const words = Object.entries(filled).toSorted();
  const hash = createHash("sha256").update(JSON.stringify([token, kind, key, words]));
  return `req_${hash.digest("base64url").slice(0, idChars)}`;
}
const idChars = 22;

/** The form itself, for the description of the API. */
export function formSchema(kind: CustomerRequestKind): z.ZodType {
  const members = requestFields[kind].map(({ name, charsMax, required }) => {
    const text = z.string().max(charsMax);
    return [name, required ? text : text.optional()] as const;
  });
  return z.object({ ...Object.fromEntries(members), key: z.string() });
}
