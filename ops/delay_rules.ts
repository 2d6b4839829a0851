import { z } from "zod";
import type { DelaySettings } from "../actors/parcel/delay_rules.ts";

const unitsMs = { h: 3_600_000, d: 86_400_000 } as const;
const names = {
  not_handed_over: "notHandedOverMs",
  no_movement: "noMovementMs",
  stuck_customs: "stuckCustomsMs",
  pickup_ageing: "pickupAgeingMs",
} as const satisfies Record<string, keyof DelaySettings>;
const rule = /^(not_handed_over|no_movement|stuck_customs|pickup_ageing)=([1-9]\d{0,2})([hd])$/;

/** `no_movement=3d,not_handed_over=36h`: after how long a parcel is late for that reason. */
export const delayRules = z.string().max(4_096, "is longer than 4096 characters").transform(
  (text, context) => {
    const rules: { -readonly [Rule in keyof DelaySettings]: number } = {};
    for (const part of text.split(",")) {
      const [, name, count, unit] = rule.exec(part.trim()) ?? [];
      if (name === undefined || unit === undefined) {
        context.addIssue({
          code: "custom",
          message: `is not a list such as no_movement=3d,not_handed_over=36h (${
            Object.keys(names).join(", ")
          })`,
        });
        return z.NEVER;
      }
      rules[names[name as keyof typeof names]] = Number(count) * unitsMs[unit as keyof typeof unitsMs];
    }
    return rules as DelaySettings;
  },
);
