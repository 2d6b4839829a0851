import { List, Set } from "immutable";
import {
  accept,
  type Actor,
  type Answer,
  type Decision,
  type Json,
  type Message,
  never,
  reject,
  type Rejection,
} from "../actor.ts";
import type { DescribeLocation, LocationCommandFromOutside } from "../commands.ts";
import { type ActorId, actorId, type LocationCode, type Sku } from "../ids.ts";
import type { LocationAnswered, LocationRevised, LocationStocked } from "../protocol.ts";
import type { LocationDescribed, LocationEvent } from "./location_events.ts";

/** To itself: tell the priority to the next SKUs, from this one on in the sequence they were first stocked. */
interface Announce {
  readonly type: "announce";
  readonly from: number;
}
export type LocationCommand = LocationCommandFromOutside | LocationStocked | Announce;
export type LocationRejection = Rejection<"unknown-location">;

/** SKUs told of a new priority by one decision; the rest follow by a message to itself. */
const skusToldMax = 1000;

export interface LocationState {
  readonly location: LocationCode;
  readonly description: LocationDescribed["data"] | null;
  /** What ever lay here, in the sequence it first did. */
  readonly skus: List<Sku>;
  readonly known: Set<Sku>;
}

/** A place where stock lies: what it is, how soon it is chosen, and which SKUs have to hear of that. */
export const location: Actor<LocationState, LocationCommand, LocationEvent, LocationRejection> = {
  kind: "location",
  stateVersion: 1,
  initial: (key) => ({ location: key as LocationCode, description: null, skus: List(), known: Set() }),
  evolve,
  decide,
  answer,
  touches,
  encode,
  decode,
  sizeOf: (state) => 1024 + state.skus.size * 200,
};

function evolve(state: LocationState, event: LocationEvent): LocationState {
  switch (event.type) {
    case "location.described":
      return { ...state, description: event.data };
    case "location.stocked": {
      const { skus } = event.data;
      return { ...state, skus: state.skus.concat(skus), known: state.known.union(skus) };
    }
    default:
      return never(event);
  }
}

function decide(state: LocationState, command: LocationCommand): Decision<LocationEvent, LocationRejection> {
  switch (command.type) {
    case "describe":
      return describe(state, command);
    case "stocked":
      return stocked(state, command);
    case "announce":
      return accept<LocationEvent>([], { messages: announce(state, priorityOf(state), command.from) });
    case "read":
      return seen(state) ? accept<LocationEvent>([], { reply: "view" }) : reject(unknown(state));
    default:
      return never(command);
  }
}

/** Says all of it each time. The same again changes nothing. */
function describe(state: LocationState, command: DescribeLocation) {
  const { type: _, ...data } = command;
  if (state.description !== null && sameDescription(state.description, data)) {
    return accept<LocationEvent>([], { reply: "view" });
  }
  const event: LocationDescribed = { type: "location.described", version: 1, data };
  const messages = data.priority === priorityOf(state) ? [] : announce(state, data.priority, 0);
  return accept<LocationEvent>([event], { reply: "view", messages });
}

function sameDescription(a: LocationDescribed["data"], b: LocationDescribed["data"]): boolean {
  return a.name === b.name && a.country === b.country && a.postalCode === b.postalCode &&
    a.latitude === b.latitude && a.longitude === b.longitude && a.priority === b.priority;
}

function announce(state: LocationState, priority: number | null, from: number): readonly Message[] {
  const upTo = Math.min(state.skus.size, from + skusToldMax);
  const revised: LocationRevised = { type: "location", location: state.location, priority };
  const messages: Message[] = [];
  for (let i = from; i < upTo; i++) {
    messages.push({ to: actorId("sku", state.skus.get(i)!), message: revised });
  }
  if (upTo < state.skus.size) {
    const next: Announce = { type: "announce", from: upTo };
    messages.push({ to: actorId("location", state.location), message: next });
  }
  return messages;
}

/** From here on each of these SKUs hears of a new priority; the document carries today's to them. */
function stocked(state: LocationState, { doc, skus, asker }: LocationStocked) {
  const fresh = [...new globalThis.Set(skus)].filter((sku) => !state.known.has(sku));
  const answered: LocationAnswered = {
    type: "located",
    priority: priorityOf(state),
    ...(asker !== undefined && { doc, location: state.location }),
  };
  const events: LocationEvent[] = fresh.length === 0
    ? []
    : [{ type: "location.stocked", version: 1, data: { skus: fresh } }];
  return accept(events, { messages: [{ to: asker ?? actorId("stockdoc", doc), message: answered }] });
}

const priorityOf = (state: LocationState): number | null => state.description?.priority ?? null;

const seen = (state: LocationState): boolean => state.description !== null || state.skus.size > 0;

function unknown(state: LocationState): LocationRejection {
  const detail = `Cannot show location ${state.location}: nothing was ever said of it`;
  return { reason: "unknown-location", detail };
}

function answer(state: LocationState): Answer {
  if (!seen(state)) return { ok: false, rejection: unknown(state) };
  return { ok: true, value: { location: state.location, ...(state.description ?? { priority: null }) } };
}

/** Only the actors of a command from outside are worth loading ahead: a new priority goes to few, or to very many. */
function touches(command: LocationCommand): readonly ActorId[] {
  return command.type === "stocked" ? [command.asker ?? actorId("stockdoc", command.doc)] : [];
}

function encode(state: LocationState): Json {
  return { location: state.location, description: state.description, skus: state.skus.toArray() };
}

function decode(json: Json): LocationState {
  const stored = json as Pick<LocationState, "location" | "description"> & { readonly skus: readonly Sku[] };
  return { ...stored, skus: List(stored.skus), known: Set(stored.skus) };
}
