import { type Held, type HeldActor, heldActors } from "../operate/held.ts";
import type { HeldProjection, HeldProjections } from "../operate/unprojected.ts";

export interface HeldNow {
  readonly held: Held;
  readonly projections: HeldProjections;
}

const shownMax = 10;

/** What is held back, for a terminal of 80 columns; of one target where one is named. */
export function heldText({ held, projections }: HeldNow, target?: string): string {
  const switched = [...held.switches].filter(([name]) => target === undefined || switchOf(target) === name);
  const switches = switched.map(([name, { by, why, atMs }]) =>
    `${name} has been on since ${minuteOf(atMs)}, by ${by}: ${why}`
  );
  const actors = heldActors(held).filter(({ actor }) => target === undefined || actor === target);
  const lines = [...switches, ...actors.flatMap(actorText), ...projections.all.flatMap(projectionText)];
  const { unknown } = projections, none = target === undefined ? "Nothing is" : `${target} is not`;
  return [
    ...(lines.length > 0 ? lines : [`${none} held back.`]),
    ...(unknown === undefined ? [] : [`Which projections stand still is not known: ${unknown}`]),
  ].join("\n");
}

const switchOf = (target: string) => target.replace(":", "-");
export const minuteOf = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 16)}Z`;

function actorText({ actor, partition, because, stopped, waiting }: HeldActor): string[] {
  const shown = waiting.slice(0, shownMax).map(({ at, message, id }) =>
    `    ${at.slice(0, 19)}Z  ${message}  (${id})`
  );
  const more = waiting.length - shown.length;
  return [
    `${actor} is ${because} (partition ${partition}); ${waiting.length} waiting`,
    ...(stopped ? [`    could not decide ${stopped.message}: ${stopped.error}`] : []),
    ...(stopped ? [`    by build ${stopped.build}`] : []),
    ...shown,
    ...(more > 0 ? [`    and ${more} more`] : []),
  ];
}

function projectionText(
  { id, projection, partition, sequence, problem, build, since, waiting }: HeldProjection,
): string[] {
  return [
    `${projection} stands before record ${sequence} of partition ${partition}; ${waiting} behind it`,
    `    since ${minuteOf(Date.parse(since))}, by build ${build}: ${problem}`,
    `    waybill dead-letters show ${id}`,
  ];
}
