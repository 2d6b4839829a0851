import { Buffer } from "node:buffer";
import { type ActorId, keyOf, kindOf } from "../../actors/ids.ts";
import { type CallbackPack, decodeCallbacks } from "../../streams/callbacks/callback_pack.ts";
import type { Erased } from "../../streams/retention/erased.ts";

/** The carriers' numbers of parcels that an erased person got. */
export function parcelNumbers({ actors }: Pick<Erased, "actors">): string[] {
  return [...actors].filter((actor) => kindOf(actor as ActorId) === "parcel")
    .map((actor) => keyOf(actor as ActorId).replace(/^[^:]*:/, ""));
}

/** Which of the callbacks in a message name one of these texts. */
export function naming(payload: Uint8Array, texts: readonly string[]): boolean[] {
  const needles = texts.map((text) => Buffer.from(text));
  return decodeCallbacks(payload).map(({ body }) => {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    return needles.some((needle) => bytes.includes(needle));
  });
}

/** The message without the callbacks that name one of these texts; undefined when nothing is left of it. */
export function withoutParcels(payload: Uint8Array, texts: readonly string[]): Uint8Array | undefined {
  if (texts.length === 0) return payload;
  const his = naming(payload, texts);
  if (!his.includes(true)) return payload;
  const pack = JSON.parse(new TextDecoder().decode(payload)) as CallbackPack;
  const callbacks = pack.callbacks.filter((_, i) => !his[i]);
  if (callbacks.length === 0) return undefined;
  return new TextEncoder().encode(JSON.stringify({ ...pack, callbacks }));
}
