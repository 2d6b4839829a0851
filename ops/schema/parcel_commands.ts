import { z } from "zod";
import {
  type AnswerCustomer,
  type AskShop,
  type AssignCase,
  type CloseCase,
  type CorrectScans,
  customerRequestKinds,
  type NoteCase,
  type ScanParcel,
  type TellLane,
} from "../../actors/commands.ts";
import { caseOutcomes, casePriorities } from "../../actors/parcel/case_events.ts";
import { settableDelays } from "../../actors/parcel/delay_rules.ts";
import { fields, fingerprint, request, schemaOf, shipmentId, text, timeMs, trackingStatus } from "./shape.ts";

/** The commands to parcels, from outside. */

export const scanParcel = schemaOf<ScanParcel>()(fields("What a carrier's callback says of one parcel.", {
  type: z.literal("scans"),
  scans: z.array(z.strictObject({
    status: trackingStatus,
    subStatus: text.optional(),
    atMs: timeMs,
    localTime: text.optional().describe("Where the carrier did not say in which zone"),
    location: text.optional(),
    description: text,
    carrierCode: text,
  })),
  estimatedDelivery: z.strictObject({ from: text, to: text }).optional().describe("Times or dates"),
  source: text.describe("Which callback"),
}));

export const correctScans = schemaOf<CorrectScans>()(
  fields("What stored messages of a carrier say by tables that were mended.", {
    type: z.literal("correct"),
    scans: scanParcel.shape.scans,
    source: text.describe("Which replay"),
  }),
);
export const tellLane = schemaOf<TellLane>()(fields("Tells a parcel of its lane, and of the shop's rules.", {
  type: z.literal("lane"),
  lane: z.strictObject({
    service: text.optional(),
    from: text.describe("ISO 3166-1 alpha-2; ZZ: unknown"),
    to: text.describe("ISO 3166-1 alpha-2; ZZ: unknown"),
  }),
  figures: z.strictObject({
    p50Ms: z.number(),
    p95Ms: z.number(),
    parcels: z.int().describe("Over how many"),
  }).optional().describe("How long this carrier took there lately"),
  rules: z.strictObject({
    notHandedOverMs: z.number().optional(),
    noMovementMs: z.number().optional(),
    stuckCustomsMs: z.number().optional(),
    pickupAgeingMs: z.number().optional(),
    off: z.array(z.enum(settableDelays)).optional()
      .describe("For these reasons it is never late"),
  }).optional().describe("When it counts as late, where the shop says so itself"),
  cases: z.record(
    text,
    z.union([
      z.strictObject({ off: z.literal(true) }),
      z.strictObject({
        team: text.optional(),
        priority: z.enum(casePriorities).optional(),
        escalateAfterMs: z.number().optional(),
        dueAfterMs: z.number().optional(),
      }),
    ]),
  ).optional().describe("Which problems are cases, and whose, where the shop says so itself"),
}));

const ofCase = {
  fingerprint,
  request,
  case: text.startsWith("case_"),
  by: text.describe("The API key"),
};
export const noteCase = schemaOf<NoteCase>()(fields("Writes something down about a case of a parcel.", {
  type: z.literal("case.note"),
  ...ofCase,
}));
export const assignCase = schemaOf<AssignCase>()(
  fields("Gives a case to others, or changes how soon it is due.", {
    type: z.literal("case.assign"),
    ...ofCase,
    team: text.optional(),
    priority: z.enum(casePriorities).optional(),
    dueAtMs: timeMs.optional(),
  }),
);
export const closeCase = schemaOf<CloseCase>()(fields("Closes a case.", {
  type: z.literal("case.close"),
  ...ofCase,
  outcome: z.enum(caseOutcomes),
}));

export const askShop = schemaOf<AskShop>()(fields("A parcel's receiver asks its shop for something.", {
  type: z.literal("customer_ask"),
  shipment: shipmentId,
  request: text.describe("The same for each repetition"),
  kind: z.enum(customerRequestKinds),
}));

export const answerCustomer = schemaOf<AnswerCustomer>()(fields("The shop says what became of a request.", {
  type: z.literal("customer_answer"),
  shipment: shipmentId,
  request: text,
  outcome: z.enum(["done", "declined"]),
}));
