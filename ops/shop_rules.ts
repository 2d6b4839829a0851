import { z } from "zod";

/** What the shop says of rules: of every carrier's parcels, and of those of one, which counts instead. */
export interface ShopRules<Setting> {
  readonly everyone: SaidOf<Setting>;
  readonly carriers: { readonly [carrier: string]: SaidOf<Setting> };
}
type SaidOf<Setting> = { readonly [rule: string]: Setting };

const charsMax = 4_096;
const part = /^(?:([a-z0-9][a-z0-9_-]*):)?([a-z_/]+)=(.+)$/;

/** `rule=value,carrier:rule=value`; `settingOf` reads a value, undefined: there is no such rule, or it cannot have this value. */
export const shopRules = <Setting>(
  settingOf: (rule: string, value: string) => Setting | undefined,
  { example, rules }: { readonly example: string; readonly rules: readonly string[] },
) =>
  z.string().max(charsMax, `is longer than ${charsMax} characters`).transform(
    (text, context): ShopRules<Setting> => {
      const everyone: Record<string, Setting> = {}, carriers: Record<string, Record<string, Setting>> = {};
      for (const one of text.split(",")) {
        const [, carrier, rule = "", value = ""] = part.exec(one.trim()) ?? [];
        const setting = rules.includes(rule) ? settingOf(rule, value.trim()) : undefined;
        if (setting === undefined) {
          const message = `cannot have "${one.trim()}": it is a list such as ${example} (${
            rules.join(", ")
          })`;
          context.addIssue({ code: "custom", message });
          return z.NEVER;
        }
        const said = carrier === undefined ? everyone : carriers[carrier] ??= {};
        said[rule] = setting;
      }
      return { everyone, carriers };
    },
  );

/** What counts for this carrier's parcels. */
export function rulesFor<Setting>(
  { everyone, carriers }: ShopRules<Setting>,
  carrier: string,
): SaidOf<Setting> {
  return { ...everyone, ...(Object.hasOwn(carriers, carrier) ? carriers[carrier] : {}) };
}

const unitsMs = { h: 3_600_000, d: 86_400_000 } as const;

/** `36h`, `3d`, in milliseconds; undefined when it is neither. */
export function hoursOrDays(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,3})([hd])$/.exec(text) ?? [];
  return unit === undefined ? undefined : Number(count) * unitsMs[unit as keyof typeof unitsMs];
}
