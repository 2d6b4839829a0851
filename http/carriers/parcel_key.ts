import { type ActorId, actorId } from "../../actors/ids.ts";

/** A tracking number as everyone writes it in the end: upper case, without blanks. */
export const normalNumber = (trackingNumber: string): string =>
  trackingNumber.replace(/\s+/g, "").toUpperCase();

/** The actor of a parcel: the same number may travel with two carriers. */
export const parcelActor = (carrier: string, trackingNumber: string): ActorId =>
  actorId("parcel", `${carrier}:${normalNumber(trackingNumber)}`);

/** What can be a parcel's name: anything else would be no subject of the log, and nobody's parcel. */
export const isParcelName = (carrier: string, trackingNumber: string): boolean =>
  /^[a-z0-9][a-z0-9_-]{0,31}$/.test(carrier) &&
  /^[A-Z0-9][A-Z0-9._/-]{0,63}$/.test(normalNumber(trackingNumber));
