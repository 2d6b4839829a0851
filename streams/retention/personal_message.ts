import type { Json } from "../../actors/actor.ts";
import { type ActorId, kindOf } from "../../actors/ids.ts";
import type { Stored } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import type { CommandPack, Mark, PackedCommand, Pending, TurnRecord } from "../record.ts";

/** One person's data that came with one accepted command; `null` once the person is erased. */
export interface PersonalItem {
  readonly actor: ActorId;
  /** The command's id. */
  readonly id: string;
  /** Its place in COMMANDS. */
  readonly at: readonly [sequence: number, index: number];
  readonly personal: Json;
}

/** What should have been copied, but was not in COMMANDS any more. Never skipped silently. */
export interface MissingItem {
  readonly actor: ActorId;
  readonly id: string;
  readonly at?: readonly [sequence: number, index: number];
  readonly missing: true;
}

/** The payload of one PERSONAL message. Its position is the copier's only memory. */
export interface PersonalMessage {
  readonly format: 1;
  readonly partition: number;
  /** All of EVENTS up to this record is copied. */
  readonly position: Mark;
  readonly items: readonly PersonalItem[];
  readonly missing?: readonly MissingItem[];
}

export type Wanted = Omit<MissingItem, "missing">;

/** The events that say of a command with a personal part that it was accepted. */
const accepting: ReadonlySet<string> = new Set([
  "order.placed",
  "credit.requested",
  "parcel.case_noted",
  "parcel.customer_asked",
]);

/** The commands that these events accept: kind of actor and type. */
const bringing: ReadonlySet<string> = new Set([
  "order place",
  "credit issue_credit",
  "parcel case.note",
  "parcel customer_ask",
]);

/** True of a command from outside that may have come with personal data, which lies in COMMANDS until it is decided. */
export function bringsPersonal({ to, from, message, cause }: Pending): boolean {
  if (cause.at === undefined || to !== from || !bringing.has(`${kindOf(to)} ${message.type}`)) return false;
  return !("personal" in message) || message.personal !== false;
}

/** Whose personal data this record accepted, and where in COMMANDS it lies. */
export function wantedOf(record: TurnRecord): Wanted[] {
  const wanted: Wanted[] = [];
  for (const { type, data, actor, cause } of record.entries) {
    if (!accepting.has(type) || !saysPersonal(data)) continue;
    const input = record.inputs[cause];
    if (input === undefined) {
      throw new Fault("record.undecodable", `Cannot read turn ${record.turn}: it has no input ${cause}`);
    }
    wanted.push({ actor, id: input.id, ...(input.at === undefined ? {} : { at: input.at }) });
  }
  return wanted;
}

const saysPersonal = (data: Json) =>
  data !== null && typeof data === "object" && "personal" in data && data.personal === true;

/** Takes the personal part out of the pack that was read at the wanted place; `undefined`: that message is gone. */
export function itemOf(wanted: Wanted, pack: CommandPack | undefined): PersonalItem | MissingItem {
  const { at } = wanted;
  const command: PackedCommand | undefined = at && pack?.commands[at[1]];
  const personal = command?.id === wanted.id ? command.personal : undefined;
  if (at === undefined || personal === undefined) return { ...wanted, missing: true };
  return { actor: wanted.actor, id: wanted.id, at, personal };
}

/** Up to this sequence of COMMANDS everything is in this record or an earlier one. */
export function commandsPassed(
  { read: { commands } }: { readonly read: Pick<TurnRecord["read"], "commands"> },
): number {
  return commands.taken < commands.of ? commands.sequence - 1 : commands.sequence;
}

export function decodePersonal(stored: Stored): PersonalMessage {
  let message: PersonalMessage;
  try {
    message = JSON.parse(new TextDecoder().decode(stored.payload));
  } catch (error) {
    throw new Fault(
      "record.undecodable",
      `Cannot read ${stored.subject} ${stored.sequence}: not JSON`,
      error,
    );
  }
  if (message?.format !== 1) {
    throw new Fault("record.undecodable", `Cannot read ${stored.subject} ${stored.sequence}: unknown format`);
  }
  return message;
}
