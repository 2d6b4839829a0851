import { Buffer } from "node:buffer";
import { markOf, notedMark } from "../../../streams/operations/secret_mark.ts";
import { systemRuntime } from "../../../streams/system_runtime.ts";
import { version } from "../../version.ts";
import { type Check, ok, wrong } from "../finding.ts";
import { withLog } from "./log.ts";

/** Whether the log was made with this `WAYBILL_SECRET`. */
export const secretCheck: Check = {
  name: "secret",
  msMax: 15_000,
  look: (setup) =>
    withLog(setup, async (broker) => {
      const { secret } = setup.config, noted = await notedMark(broker, systemRuntime(version));
      if (secret === undefined || noted === undefined) return [];
      if (noted === markOf(Buffer.from(secret))) {
        return [ok("WAYBILL_SECRET is the one that the log was made with")];
      }
      const advice =
        "Set the one of before: edges and deliver do not start with another (waybill secret change --help).";
      return [wrong("WAYBILL_SECRET is not the one that the log was made with", advice)];
    }),
};
