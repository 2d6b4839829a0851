import type { Event } from "../actor.ts";
import type { HoldId, LocationCode, OrderId } from "../ids.ts";
import type { Part } from "../protocol.ts";

/** What several events of a SKU say alike. Their wire form is for ever, too. */

export interface Owned {
  readonly hold: HoldId;
  readonly order: OrderId;
}
export interface OwnedParts extends Owned {
  readonly parts: readonly Part[];
}
export interface Moved extends Owned {
  readonly location: LocationCode;
  readonly quantity: number;
}
export interface Parcelled extends Moved {
  readonly parcel: string;
}
export interface Placed {
  readonly location: LocationCode;
  readonly quantity: number;
}

export type Named<Type extends string, Data> = Event<Type, 1, Data>;
