import { type ActorId, actorId } from "../../actors/ids.ts";

/** A tracking number as everyone writes it in the end: upper case, without blanks. */
export const normalNumber = (trackingNumber: string): string =>
  trackingNumber.replace(/\s+/g, "").toUpperCase();

/** The actor of a parcel: the same number may travel with two carriers. */
export const parcelActor = (carrier: string, trackingNumber: string): ActorId =>
  actorId("parcel", `${carrier}:${normalNumber(trackingNumber)}`);
