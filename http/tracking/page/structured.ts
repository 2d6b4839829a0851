import type { TrackingStatus } from "../../../actors/parcel/status.ts";
import { Markup } from "../markup.ts";
import { isOverdue } from "./expected.ts";
import { carrierNameOf, type Scene, webLink } from "./scene.ts";

const orderStatuses: { readonly [S in TrackingStatus]: string } = {
  unknown: "OrderProcessing",
  pre_transit: "OrderProcessing",
  in_transit: "OrderInTransit",
  out_for_delivery: "OrderInTransit",
  delivery_attempted: "OrderProblem",
  available_for_pickup: "OrderPickupAvailable",
  delivered: "OrderDelivered",
  exception: "OrderProblem",
  return_to_sender: "OrderReturned",
  expired: "OrderProblem",
  cancelled: "OrderCancelled",
};

/**
 * The parcel for machines: https://schema.org/ParcelDelivery as JSON-LD. Browsers never run such a block, so a policy that forbids
 * scripts within the page does not touch it.
 */
export function structured(scene: Scene): Markup {
  const { view, branding, texts } = scene;
  const { trackingNumber, estimatedDelivery, orderNumber, status, lines = [] } = view;
  const carrierUrl = webLink(view.carrierUrl);
  const data = {
    "@context": "https://schema.org",
    "@type": "ParcelDelivery",
    trackingNumber,
    ...(carrierUrl !== undefined && { trackingUrl: carrierUrl }),
    provider: { "@type": "Organization", name: carrierNameOf(texts, view) },
    ...(estimatedDelivery && !isOverdue(scene) &&
      { expectedArrivalFrom: estimatedDelivery.from, expectedArrivalUntil: estimatedDelivery.to }),
    ...(lines.length > 0 && {
      itemShipped: lines.slice(0, itemsMax).map(({ description: name }) => ({ "@type": "Product", name })),
    }),
    ...(orderNumber !== undefined && {
      partOfOrder: {
        "@type": "Order",
        orderNumber,
        orderStatus: `https://schema.org/${orderStatuses[status]}`,
        merchant: { "@type": "Organization", name: branding.name },
      },
    }),
  };
  // In JSON a `<` stands in texts only, and there it may be written as its number: no text can end the block.
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  return new Markup(`<script type="application/ld+json">${json}</script>`);
}

const itemsMax = 30;
