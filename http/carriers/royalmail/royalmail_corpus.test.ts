import { replySpecs } from "../testing/reply_specs.ts";
import royalmail from "./adapter.ts";

replySpecs(royalmail);
