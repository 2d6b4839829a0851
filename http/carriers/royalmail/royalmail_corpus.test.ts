import { recordedSpecs } from "../testing/recorded_specs.ts";
import royalmail from "./adapter.ts";

recordedSpecs(royalmail);
