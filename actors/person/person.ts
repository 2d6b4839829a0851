import { accept, type Actor, type Decision, never, reject, type Rejection } from "../actor.ts";
import { asJson, stateFrom } from "../as_json.ts";
import type { PersonCommandFromOutside } from "../commands.ts";
import type { PersonErased, PersonEvent } from "./person_events.ts";

export type PersonRejection = Rejection<"unknown-person">;
export interface PersonState {
  readonly key: string;
  readonly erased?: PersonErased["data"];
}

/**
 * The erasing of a person (DESIGN 8). Its key is made for it and says nothing of the person: what is known is where the person's data
 * lay. Nothing is ever taken back, so a restored log applies it again.
 */
export const person: Actor<PersonState, PersonCommandFromOutside, PersonEvent, PersonRejection> = {
  kind: "person",
  stateVersion: 1,
  restsAfterBirth: true,
  initial: (key) => ({ key }),
  evolve: (state, { data }) => ({ ...state, erased: data }),
  decide,
  answer: ({ key, erased }) =>
    erased === undefined ? { ok: false, rejection: unknown(key) } : { ok: true, value: asJson(erased) },
  encode: asJson,
  decode: stateFrom,
  sizeOf: ({ erased }) => 300 + 60 * ((erased?.actors.length ?? 0) + (erased?.kept.length ?? 0)),
};

function decide(
  { key, erased }: PersonState,
  command: PersonCommandFromOutside,
): Decision<PersonEvent, PersonRejection> {
  switch (command.type) {
    case "erase": {
      const { type: _, ...data } = command;
      if (erased !== undefined) return accept<PersonEvent>([], { reply: "view" });
      return accept<PersonEvent>([{ type: "person.erased", version: 1, data }], { reply: "view" });
    }
    case "read":
      return erased === undefined ? reject(unknown(key)) : accept<PersonEvent>([], { reply: "view" });
    default:
      return never(command);
  }
}

const unknown = (key: string): PersonRejection => ({
  reason: "unknown-person",
  detail: `Cannot find ${key}: nobody was erased under this name`,
});
