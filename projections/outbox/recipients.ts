import { createHash } from "node:crypto";
import type { Json } from "../../actors/actor.ts";

export const channels = ["email", "sms", "push"] as const;
export type Channel = (typeof channels)[number];

/** What is needed of a customer to write to them. */
export interface Reachable {
  readonly name?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly language?: string;
  readonly country?: string;
}

export function reachableOf(customer: Json | null | undefined): Reachable {
  if (customer === null || typeof customer !== "object" || Array.isArray(customer)) return {};
  const { name, email, phone, language, address } = customer as { readonly [field: string]: Json };
  const country = address !== null && typeof address === "object" && !Array.isArray(address)
    ? (address as { readonly [field: string]: Json }).country
    : undefined;
  const texts = { name, email, phone, language, country };
  return Object.fromEntries(
    Object.entries(texts).filter(([, text]) => typeof text === "string" && text.trim() !== ""),
  );
}

/** The same address is the same recipient, however it is written. */
export const normalised = (channel: Channel, address: string): string =>
  channel === "email" ? address.trim().toLowerCase() : address.trim();

/** By what an address is known where the address itself is not kept. */
export function recipientOf(channel: Channel, address: string): string {
  return createHash("sha256").update(`${channel}:${normalised(channel, address)}`).digest("hex");
}
