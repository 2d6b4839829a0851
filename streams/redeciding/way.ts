import type { AnyActor } from "../../actors/actor.ts";
import type { ActorId } from "../../actors/ids.ts";
import type { Mark, TurnRecord } from "../record.ts";
import { Mailbox } from "./mailbox.ts";
import { type Lane, Partitions } from "./partitions.ts";
import { Slots } from "./slots.ts";

/** One way that things went: as recorded, or as decided now. */
export class Way {
  readonly partitions = new Partitions();
  readonly mailbox = new Mailbox();
  readonly slots: Slots;

  constructor(actorOf: (id: ActorId) => AnyActor | undefined) {
    this.slots = new Slots(actorOf);
  }

  /** Takes a record over as it is. */
  fold(lane: Lane, record: TurnRecord, mark: Mark): void {
    this.slots.fold(record.entries);
    this.partitions.fold(lane, record, mark);
    this.mailbox.post(record.partition, mark, record.sends);
  }
}
