import { Hono } from "hono";
import type { Station } from "../journeys.ts";
import { scansOf, type SimulatedParcel, type SimulatedScan } from "../world.ts";
import { digits, type Wire, type WireOptions } from "./wire.ts";

/** One of five codes; what is finer stands in the words. */
const events: { readonly [S in Station]: readonly [code: string, description: string] } = {
  announced: [
    "pre-transit",
    "The instruction data for this shipment have been provided by the sender to DHL electronically",
  ],
  accepted: ["transit", "The shipment has been posted by the sender at the retail outlet"],
  departed: ["transit", "The shipment has departed from the parcel center"],
  arrived: ["transit", "The shipment has arrived at the parcel center"],
  out: ["transit", "The shipment has been loaded onto the delivery vehicle"],
  attempted: ["transit", "The shipment could not be delivered, and the recipient has been notified"],
  held: ["failure", "The shipment is on hold"],
  pickup: ["transit", "The shipment is ready for pick-up at the PACKSTATION"],
  delivered: ["delivered", "The shipment has been successfully delivered"],
  returning: ["failure", "The shipment is being returned to the sender"],
};

/** Shipment Tracking Unified behind a key in a header; Push with the token of its subscription. */
export const dhl: Wire = {
  name: "dhl",
  credentials: { API_KEY: "simulated-dhl-key" },
  newNumber: (chance) => `003404341${digits(chance, 11)}`,
  api,
  callback: (parcel, scan) =>
    JSON.stringify({
      scope: "subscription.push",
      shipments: [{ id: parcel.trackingNumber, service: "parcel-de", status: eventOf(scan) }],
    }),
  proof: (secret, header) =>
    header === undefined ? { authorization: `Bearer ${secret}` } : { [header]: secret },
  problem: (status) => problem(status, "The service is not available"),
  retries: 2,
};

const problem = (status: number, detail: string) => ({ title: "Problem", status, detail });

function api({ credentials, find }: WireOptions): Hono {
  return new Hono().get("/track/shipments", (c) => {
    if (c.req.header("dhl-api-key") !== credentials.API_KEY) {
      return c.json(problem(401, "Unauthorized for the given resource"), 401);
    }
    const number = c.req.query("trackingNumber") ?? "";
    if (number === "") return c.json(problem(400, "trackingNumber is missing"), 400);
    const parcel = find(number);
    if (!parcel) return c.json(problem(404, "No shipment with given tracking number found."), 404);
    return c.json(replyOf(parcel));
  });
}

function replyOf(parcel: SimulatedParcel): object {
  const newestFirst = scansOf(parcel).toReversed().map(eventOf);
  return {
    shipments: [{
      ...{ id: parcel.trackingNumber, service: "parcel-de" },
      ...(newestFirst[0] && { status: newestFirst[0] }),
      estimatedTimeOfDelivery: `${localTime(parcel.way.at(-1)!.atMs).slice(0, 10)}T00:00:00`,
      events: newestFirst,
    }],
  };
}

function eventOf({ station, atMs, city, country }: SimulatedScan) {
  const [statusCode, description] = events[station];
  return {
    timestamp: `${localTime(atMs)}Z`,
    location: { address: { addressLocality: city, countryCode: country } },
    statusCode,
    status: statusCode.toUpperCase(),
    description,
  };
}

const localTime = (atMs: number) => new Date(atMs).toISOString().slice(0, 19);
