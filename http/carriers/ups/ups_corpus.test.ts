import { replySpecs } from "../testing/reply_specs.ts";
import ups from "./adapter.ts";

replySpecs(ups, { isCallback: ({ kind }) => kind === "carrier_webhook" });
