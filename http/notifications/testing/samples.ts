import { milestones } from "../../../projections/outbox/milestones.ts";
import { type Language, languages } from "../../tracking/languages.ts";
import { type Notice, type NoticeFacts, noticeOf } from "../notice.ts";

const facts = {
  confirmed: {},
  shipped: {},
  out_for_delivery: { status: "out_for_delivery" },
  delivered: { status: "delivered", subStatus: "neighbour" },
  delayed: { reason: "eta_slipped", revised: "2026-11-26" },
  exception: { status: "exception", subStatus: "customs_duties_unpaid" },
  attempt_failed: { status: "delivery_attempted", subStatus: "not_home" },
  ready_for_pickup: { status: "available_for_pickup" },
} as const;

/** A notice as a shop would send it, with what a test changes. */
export function sampleNotice(
  milestone: (typeof milestones)[number],
  language: Language = "en",
  change: Partial<NoticeFacts> = {},
): Notice {
  return noticeOf({
    ...{ milestone, language, orderNumber: "536365", name: "Ada Lovelace", country: "GB" },
    nowMs: Date.UTC(2026, 10, 22, 10),
    facts: { atMs: Date.UTC(2026, 10, 22, 10), ...facts[milestone] },
    shop: { name: "Corner Shop", colour: "#0b5cad", legalUrl: "https://shop.example/legal" },
    lines: [{ description: "White hanging heart", quantity: 6 }, { description: "Lantern", quantity: 1 }],
    ...(milestone !== "confirmed" && {
      view: {
        ...{ carrierTitle: "UPS", trackingNumber: "1Z999AA10123456784" },
        estimatedDelivery: { from: "2026-11-24", to: "2026-11-24" },
      },
    }),
    links: {
      ...(milestone !== "confirmed" && { tracking: "https://shop.example/t/SoOgk3uJ3mZ4kqPnq0cR2A" }),
      preferences: "https://shop.example/t/8d1b4f3e-2f43-4c1e-9f9c-0c1d2e3f4a5b/notifications",
      unsubscribe: "https://shop.example/t/8d1b4f3e-2f43-4c1e-9f9c-0c1d2e3f4a5b/unsubscribe",
    },
    ...change,
  });
}

export const everyNotice = milestones.flatMap((milestone) =>
  languages.map((language) => [milestone, language] as const)
);
