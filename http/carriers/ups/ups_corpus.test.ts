import { recordedSpecs } from "../testing/recorded_specs.ts";
import ups from "./adapter.ts";

recordedSpecs(ups, { callbacksDiffer: true });
