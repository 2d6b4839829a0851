import type { Standing, TrackingStatus } from "../../../actors/parcel/status.ts";

type WordRow = readonly [words: RegExp, status: TrackingStatus, subStatus?: string];

const charsMax = 300;

/**
 * What DHL's texts mean, English and German; the first row that fits counts. Out for delivery, pick-up and failed attempts are told apart
 * by nothing else. Sources: texts in recordings and in receivers' tables; general knowledge, unverified at DHL.
 */
const rows: readonly WordRow[] = [
  [/\b(has been|was|were) returned to (the )?(sender|shipper|consignor)/, "return_to_sender"],
  [/\breturn(ed|ing|s)?\b.{0,40}\b(sender|shipper|origin|consignor)\b/, "return_to_sender"],
  [/\b(zurückgesandt|an den absender zurück)/, "return_to_sender"],
  [/\brefused\b|\bannahme verweigert\b/, "delivery_attempted", "refused"],
  [
    /\bwill be (brought|taken|forwarded) to\b.{0,60}\b(packstation|retail outlet|parcelshop|branch)\b/,
    "in_transit",
    "forwarded",
  ],
  [
    /\bon its way to the (packstation|postal retail outlet|retail outlet|parcelshop)\b/,
    "in_transit",
    "forwarded",
  ],
  [/\b(ready|available|waiting|awaiting|held) (for|to be) (pick-?up|collect)/, "available_for_pickup"],
  [
    /\bawaiting collection\b|\bdelivered for pick-?up\b|\bliegt\b.{0,60}\bbereit\b|\bzur abholung bereit\b/,
    "available_for_pickup",
  ],
  [
    /\bdelivery attempt|\battempted delivery\b|\b(could|can) ?not be delivered\b|\bnot home\b|\bno response\b/,
    "delivery_attempted",
  ],
  [
    /\bunable to deliver\b|\bunsuccessful delivery\b|\bkonnte nicht zugestellt\b|\bnicht angetroffen\b/,
    "delivery_attempted",
  ],
  [
    /\bout (for|with courier for) delivery\b|\bwith delivery courier\b|\bout with courier\b/,
    "out_for_delivery",
  ],
  [
    /\bloaded onto the delivery vehicle\b|\bin das zustellfahrzeug geladen\b|\bin zustellung\b/,
    "out_for_delivery",
  ],
  [/\bon (its way|the way) to the (recipient|consignee)\b|\bbeing delivered today\b/, "out_for_delivery"],
  [
    /\b(clearance|customs)\b.{0,40}\b(complete|completed|released|cleared)\b|\breleased by customs\b/,
    "in_transit",
    "customs_cleared",
  ],
  [/\bduties?\b.{0,40}\b(unpaid|due|payment)\b|\breceipt of payment\b/, "exception", "customs_duties_unpaid"],
  [
    /\b(clearance|customs)\b.{0,40}\b(delay|held|hold)|\bheld (by|at|in) customs\b/,
    "exception",
    "customs_held",
  ],
  [/\b(is|was|been) (lost|missing)\b|\bverloren\b/, "exception", "lost"],
  [/\bdamaged?\b|\bbeschädigt\b/, "exception", "damaged"],
  [
    /\b(incorrect|incomplete|bad|wrong|insufficient) address\b|\baddress (information )?(needed|incorrect|incomplete)\b/,
    "exception",
    "address_issue",
  ],
  [/\bweather\b|\bnatural disaster\b/, "exception", "weather"],
  [/\bon hold\b|\bshipment (is )?held\b/, "exception", "held"],
  [/\bdelay(ed)?\b|\bverzögert\b/, "exception", "delayed"],
  [
    /\b(not yet|has not been) (handed over|received)\b|\binstruction data\b|\bshipment information received\b/,
    "pre_transit",
  ],
  [
    /\b(data|elektronisch|electronically)\b.{0,60}\b(received|announced|provided|angekündigt|transmitted)\b|\blabel created\b/,
    "pre_transit",
  ],
  [
    /\b(picked up by|collected by) the recipient\b|\brecipient has (picked up|collected)\b|\bvom empfänger abgeholt\b/,
    "delivered",
  ],
  [
    /\bpicked up\b|\bshipment pick-?up\b|\bposted by the sender\b|\bhanded over to dhl\b|\beingeliefert\b/,
    "in_transit",
    "accepted",
  ],
  [/\b(deliver(y|ed)|zugestellt)\b.{0,60}\b(neighbou?r|nachbar)/, "delivered", "neighbour"],
  [/\bdelivered\b.{0,60}\b(packstation|locker)\b/, "delivered", "locker"],
  [
    /\bdelivered\b.{0,60}\b(safe place|preferred location|drop-?off location|ablageort)\b/,
    "delivered",
    "safe_place",
  ],
  [/\b(not|be|being|to) delivered\b|\bprepared for delivery\b|\bscheduled for delivery\b/, "in_transit"],
  [/\bdelivered\b|\bdelivery successful\b|\berfolgreich zugestellt\b|^zugestellt\b/, "delivered"],
  [/\barrived\b|\barrival\b|\bangekommen\b/, "in_transit", "arrived_at_facility"],
  [/\bdeparted\b|\bdeparting\b|\bhas left\b/, "in_transit", "departed_facility"],
  [/\bprocessed\b|\bsorted\b|\bbearbeitet\b/, "in_transit", "processing"],
  [/\bin transit\b|\btransported\b|\bforwarded\b|\bunterwegs\b|\bscheduled movement\b/, "in_transit"],
];

/** What a text says of the parcel; undefined when it says nothing that we know. */
export function meaningOfWords(text: string): Standing | undefined {
  const words = text.slice(0, charsMax).toLowerCase();
  const [, status, subStatus] = rows.find(([pattern]) => pattern.test(words)) ?? [];
  return status && (subStatus === undefined ? { status } : { status, subStatus });
}
