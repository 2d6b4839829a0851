import { Buffer } from "node:buffer";
import { Fault } from "../../streams/faults.ts";
import { markOf, notedMark, noteMark } from "../../streams/operations/secret_mark.ts";
import { Failure } from "../cli/failure.ts";
import type { Shared } from "./role.ts";

/**
 * Refuses to run with another `WAYBILL_SECRET` than the log was made with: whoever sends a request again would be told that it is another
 * one. The first that runs notes which one it is.
 */
export async function expectKnownSecret(
  { broker, runtime, log }: Pick<Shared, "broker" | "runtime" | "log">,
  secret: string,
): Promise<void> {
  const mark = markOf(Buffer.from(secret));
  if (await notedMark(broker, runtime) === undefined) await noteFirst({ broker, runtime, log }, mark);
  const noted = await notedMark(broker, runtime);
  if (noted === undefined || noted === mark) return;
  throw new Failure(
    "Cannot run: WAYBILL_SECRET is not the one that this log was made with, so nobody could repeat a request and " +
      "no webhook could be signed; set the one of before (`npm start` keeps its own in the file `secret` of the " +
      "data folder). If it is lost, `npx waybill secret change` says what another one costs, and takes it",
  );
}

async function noteFirst(
  { broker, runtime, log }: Pick<Shared, "broker" | "runtime" | "log">,
  mark: string,
): Promise<void> {
  try {
    await noteMark(broker, runtime, mark, { onlyFirst: true });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    log.warn({ err: error }, "which WAYBILL_SECRET this log has could not be noted: may this user write it?");
  }
}
