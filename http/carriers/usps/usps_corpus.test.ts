import { recordedSpecs } from "../testing/recorded_specs.ts";
import usps from "./adapter.ts";

recordedSpecs(usps, {
  noNews: ["not_found", "no_status", "batch"],
  statuses: { "usps/as_tr_batch.xml": ["delivered", "delivered", "unknown", "unknown"] },
});
