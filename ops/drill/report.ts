import { isNothing, type Performed } from "./drill.ts";

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

/** What was performed, a paragraph each, 80 columns wide. */
export function drillText(performed: readonly Performed[]): string {
  const parts = performed.map(({ title, noticed, recovered, acknowledged, longestMs, lost, notes = [] }) =>
    [
      title,
      `  noticed    ${seconds(noticed.ms).padStart(8)}  ${noticed.by}`,
      `  recovered  ${seconds(recovered.ms).padStart(8)}  ${recovered.by}`,
      isNothing(lost)
        ? `  lost        nothing  ${acknowledged} orders meanwhile; one waited ${seconds(longestMs)}`
        : `  LOST       ${lost.orders} orders, ${lost.parcels} parcels, ${lost.units} units`,
      ...notes.map((note) => `  ${note}`),
    ].join("\n")
  );
  const bad = performed.filter(({ lost }) => !isNothing(lost)).length;
  const verdict = bad === 0 ? "Nothing was lost." : `SOMETHING WAS LOST in ${bad} of ${performed.length}.`;
  return [...parts, verdict].join("\n\n");
}
