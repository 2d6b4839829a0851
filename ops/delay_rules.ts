import {
  type DelaySettings,
  delaySettings,
  type SettableDelay,
  settableDelays,
} from "../actors/parcel/delay_rules.ts";
import { hoursOrDays, rulesFor, type ShopRules, shopRules } from "./shop_rules.ts";

export type DelayRules = ShopRules<number | "off">;

/** `no_movement=3d,gls:not_handed_over=off`: after how long a parcel is late for that reason, or that it never is. */
export const delayRules = shopRules(
  (_, value) => value === "off" ? value : hoursOrDays(value) || undefined,
  {
    example: "no_movement=3d,not_handed_over=36h,gls:not_handed_over=off",
    rules: settableDelays,
  },
);

/** What this carrier's parcels are told; undefined where the shop says nothing. */
export function delaySettingsFor(rules: DelayRules, carrier: string): DelaySettings | undefined {
  const said = Object.entries(rulesFor(rules, carrier)) as [SettableDelay, number | "off"][];
  const off = said.flatMap(([rule, value]) => value === "off" ? [rule] : []);
  const hours = said.flatMap(([rule, value]) =>
    value === "off" ? [] : [[delaySettings[rule], value] as const]
  );
  return said.length === 0 ? undefined : { ...Object.fromEntries(hours), ...(off.length > 0 && { off }) };
}
