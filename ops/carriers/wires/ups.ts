import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { Hono } from "hono";
import type { Station } from "../journeys.ts";
import { scansOf, type SimulatedParcel, type SimulatedScan } from "../world.ts";
import { digits, type Wire, type WireOptions } from "./wire.ts";

/** Type and code of an activity, with the words that UPS has for it. */
const activities: { readonly [S in Station]: readonly [type: string, code: string, description: string] } = {
  announced: ["M", "MP", "Shipper created a label, UPS has not received the package yet."],
  accepted: ["I", "OR", "Origin Scan"],
  departed: ["I", "DP", "Departed from Facility"],
  arrived: ["I", "AR", "Arrived at Facility"],
  out: ["I", "OT", "Out For Delivery Today"],
  attempted: ["X", "NI", "The receiver was not available for delivery."],
  held: ["X", "HX", "Your package is on hold."],
  pickup: ["I", "RP", "Your package is ready for pickup at a UPS Access Point."],
  delivered: ["D", "FS", "DELIVERED"],
  returning: ["I", "RS", "Returned to shipper"],
};
const tokenS = 14_399;

/** Track API v1 behind OAuth client credentials; Track Alert with the token that its subscription was given. */
export const ups: Wire = {
  name: "ups",
  credentials: { API_ID: "simulated-client", API_KEY: "simulated-client-secret" },
  newNumber: (chance) => `1Z${digits(chance, 16)}`,
  api,
  callback: (parcel, scan) => JSON.stringify(alertOf(parcel, scan)),
  proof: (secret) => ({
    "authorization": `Bearer ${secret}`,
    "user-agent": "UPSPubSubTrackingService",
  }),
  problem: (status) => errors(String(status), "The service is not available"),
  retries: 0,
};

const errors = (code: string, message: string) => ({ response: { errors: [{ code, message }] } });

function api({ credentials, find, nowMs }: WireOptions): Hono {
  const { API_ID = "", API_KEY } = credentials, issued = new Map<string, number>();
  const basic = `Basic ${Buffer.from(`${API_ID}:${API_KEY}`).toString("base64")}`;
  return new Hono()
    .post("/security/v1/oauth/token", async (c) => {
      const grant = new URLSearchParams(await c.req.text()).get("grant_type");
      if (c.req.header("authorization") !== basic || grant !== "client_credentials") {
        return c.json(errors("10401", "ClientId is Invalid"), 401);
      }
      const token = createHash("sha256").update(`${API_KEY}/${issued.size}`).digest("hex");
      issued.set(token, nowMs() + tokenS * 1000);
      return c.json({
        ...{ token_type: "Bearer", issued_at: String(nowMs()), client_id: API_ID, access_token: token },
        ...{ expires_in: String(tokenS), status: "approved" },
      });
    })
    .get("/api/track/v1/details/:number", (c) => {
      const token = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
      if ((issued.get(token) ?? 0) <= nowMs()) {
        return c.json(errors("250002", "Invalid Authentication Information."), 401);
      }
      if (!c.req.header("transid") || !c.req.header("transactionsrc")) {
        return c.json(errors("VSS000", "Missing transId or transactionSrc"), 400);
      }
      const parcel = find(c.req.param("number"));
      if (!parcel) return c.json(errors("TW0001", "Tracking Information Not Found"), 404);
      return c.json(replyOf(parcel));
    });
}

function replyOf(parcel: SimulatedParcel): object {
  const { trackingNumber } = parcel, newestFirst = scansOf(parcel).toReversed().map(activityOf);
  const piece = {
    trackingNumber,
    deliveryDate: [{ type: "SDD", date: plannedOf(parcel) }],
    ...(newestFirst[0] && { currentStatus: newestFirst[0].status }),
    activity: newestFirst,
    packageCount: 1,
  };
  return { trackResponse: { shipment: [{ inquiryNumber: trackingNumber, package: [piece] }] } };
}

function activityOf({ station, atMs, city, country }: SimulatedScan) {
  const [type, code, description] = activities[station], [date, time] = inGreenwich(atMs);
  return {
    location: { address: { city, countryCode: country, country }, slic: "0000" },
    status: { type, description, code },
    ...{ date, time, gmtDate: date, gmtTime: clock(time), gmtOffset: "+00:00" },
  };
}

function alertOf(parcel: SimulatedParcel, { station, atMs, city, country }: SimulatedScan): object {
  const [type, code, description] = activities[station], [date, time] = inGreenwich(atMs);
  return {
    trackingNumber: parcel.trackingNumber,
    ...{ localActivityDate: date, localActivityTime: time, gmtActivityDate: date, gmtActivityTime: time },
    ...{ gmtOffset: "+00:00", activityLocation: { city, country } },
    activityStatus: { type, code, description },
    scheduledDeliveryDate: plannedOf(parcel),
  };
}

const plannedOf = ({ way }: SimulatedParcel) => inGreenwich(way.at(-1)!.atMs)[0];
const clock = (time: string) => time.replace(/(\d\d)(\d\d)(\d\d)/, "$1:$2:$3");

/** `20261122` and `091500`. */
function inGreenwich(atMs: number): readonly [string, string] {
  const [date = "", time = ""] = new Date(atMs).toISOString().slice(0, 19).replace(/[-:]/g, "").split("T");
  return [date, time];
}
