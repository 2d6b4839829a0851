import { recordedSpecs } from "../testing/recorded_specs.ts";
import fedex from "./adapter.ts";

recordedSpecs(fedex, {
  noNews: ["not_found", "no_status", "carrier_error", "not_found_or_rejected"],
  statuses: { "fedex/karrio_tracking_response.json": ["in_transit", "unknown"] },
});
