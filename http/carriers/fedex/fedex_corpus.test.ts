import { replySpecs } from "../testing/reply_specs.ts";
import fedex from "./adapter.ts";

replySpecs(fedex, { noNews: ["not_found", "no_status", "carrier_error", "not_found_or_rejected"] });
