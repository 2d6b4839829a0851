import type { Estimate } from "../adapter.ts";
import { at, firstText, type Raw, text } from "../reading/json.ts";
import { saidEstimate } from "../reading/said_estimate.ts";

/** The newest estimate, else the carrier's, else AfterShip's own. What the shop promised is no estimate. */
export function estimateOf(tracking: Raw): Estimate | undefined {
  return namedEstimate(at(tracking, "latest_estimated_delivery")) ??
    namedEstimate(at(tracking, "courier_estimated_delivery_date")) ??
    saidEstimate(text(at(tracking, "expected_delivery"))) ??
    namedEstimate(at(tracking, "aftership_estimated_delivery_date"));
}

/** A range where both ends are said; its two spellings are those of the API's versions. */
function namedEstimate(said: Raw): Estimate | undefined {
  const from = firstText(at(said, "datetime_min"), at(said, "estimated_delivery_date_min"));
  const to = firstText(at(said, "datetime_max"), at(said, "estimated_delivery_date_max"));
  const single = firstText(at(said, "datetime"), at(said, "estimated_delivery_date"));
  return from !== undefined && to !== undefined ? saidEstimate(from, to) : saidEstimate(single ?? from ?? to);
}
