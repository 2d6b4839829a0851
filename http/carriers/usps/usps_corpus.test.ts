import { replySpecs } from "../testing/reply_specs.ts";
import usps from "./adapter.ts";

replySpecs(usps, { noNews: ["not_found", "no_status", "batch"] });
