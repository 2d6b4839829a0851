/** Where a simulated parcel can be scanned, in words of no carrier. */
export const stations = [
  "announced",
  "accepted",
  "departed",
  "arrived",
  "out",
  "attempted",
  "held",
  "pickup",
  "delivered",
  "returning",
] as const;
export type Station = (typeof stations)[number];

const underWay = ["announced", "accepted", "departed", "arrived"] as const;

/** The ways that a parcel can take. */
export const journeys = {
  straight: [...underWay, "out", "delivered"],
  attempted: [...underWay, "out", "attempted", "out", "delivered"],
  pickup: [...underWay, "out", "attempted", "pickup", "delivered"],
  held: [...underWay, "held", "arrived", "out", "delivered"],
  returned: [...underWay, "out", "attempted", "returning"],
} as const satisfies Readonly<Record<string, readonly Station[]>>;
export type Journey = keyof typeof journeys;

export const journeyNames = Object.keys(journeys) as readonly Journey[];
