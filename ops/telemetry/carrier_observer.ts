import type { Handled } from "../../http/carriers/callback_handler.ts";
import type { SettingProblem } from "../../http/carriers/settings.ts";
import type { PollingObserver } from "../../http/polling/poll_limits.ts";
import type { CarrierDesk } from "../../http/routes/callbacks.ts";
import type { CallbackBacklog } from "../../streams/callbacks/callback_reader.ts";
import type { Compared } from "../../projections/lanes/lanes.ts";
import type { Logger } from "../logging.ts";
import type { Instruments } from "./instruments.ts";

const stopped = {
  proof: "its callbacks are refused until then",
  reading: "its messages are kept, and are to be replayed then",
  polling: "it is not asked until then",
} as const;
type Work = keyof typeof stopped;

/** Says at the start which settings of carriers cannot be used, and goes on saying it as a metric. */
export function observeSettings(
  measure: Instruments,
  log: Logger,
  problems: { readonly [One in Work]?: readonly SettingProblem[] },
): void {
  const all = (Object.keys(stopped) as Work[]).flatMap((work) =>
    (problems[work] ?? []).map((one) => ({ work, ...one }))
  );
  for (const { work, carrier, problem } of all) {
    log.error(
      { work, carrier },
      carrier === undefined ? problem : `${problem} (${carrier}: ${stopped[work]})`,
    );
  }
  if (all.length === 0) return;
  measure.gauge("waybill.carrier.misconfigured", (tell) => {
    for (const { work, carrier = "none" } of all) tell(1, { carrier, work });
  });
}

/** Watches what carriers send to the edge. */
export function observeCallbacks(measure: Instruments, log: Logger): NonNullable<CarrierDesk["observed"]> {
  return ({ carrier, result, why }) => {
    measure.count("waybill.carrier.callbacks", 1, { carrier, result });
    if (result === "stored") return;
    const line = { carrier, result, why };
    if (result === "handshake") log.info(line, "a carrier set up its callbacks");
    else log.warn(line, "a callback was not taken as it should be");
  };
}

/** Watches what is made of stored callbacks. */
export function observeHandling(measure: Instruments, log: Logger) {
  const handled = ({ callback, carrier, result, unmapped, disagreements, why }: Handled) => {
    measure.count("waybill.carrier.handled", 1, { carrier, result });
    if (unmapped.length > 0) measure.count("waybill.carrier.unmapped", unmapped.length, { carrier });
    if (disagreements > 0) measure.count("waybill.carrier.disagreements", disagreements, { carrier });
    if (unmapped.length > 0) log.warn({ callback, carrier, unmapped }, "codes that stand in no table");
    if (result === "defect") log.error({ callback, carrier, why }, "an adapter failed over a callback");
    else if (result !== "told") {
      log.warn({ callback, carrier, result, why }, "nothing could be made of a callback");
    }
  };
  const interrupted = (reason: string) => {
    measure.count("waybill.carrier.interrupted", 1, {});
    log.warn({ reason }, "callbacks wait for the log");
  };
  const missed = (messages: number) => {
    measure.count("waybill.carrier.missed", messages, {});
    log.error({ messages }, "stored callbacks were gone before anyone had read them");
  };
  let behind: CallbackBacklog | undefined;
  measure.gauge("waybill.carrier.backlog", (tell) => behind && tell(behind.messages, {}));
  measure.gauge("waybill.carrier.backlog.age", (tell) => behind && tell(behind.oldestMs / 1000, {}));
  const backlog = (now: CallbackBacklog | undefined) => void (behind = now);
  return { handled, interrupted, missed, backlog };
}

/** Watches what carriers are asked. */
export function observePolling(measure: Instruments, log: Logger): PollingObserver {
  const open = new Map<string, boolean>();
  measure.gauge("waybill.carrier.breaker", (tell) => {
    for (const [carrier, isOpen] of open) tell(isOpen ? 1 : 0, { carrier });
  });
  return {
    polled: ({ carrier, result, why }) => {
      measure.count("waybill.carrier.polls", 1, { carrier, result });
      if (result === "refused") {
        log.error({ carrier, why }, "a carrier does not know us: look at its API_KEY");
      } else if (result === "defect") {
        log.error({ carrier, why }, "a carrier could not be asked after a parcel, by a defect");
      } else if (why !== undefined) {
        log.info({ carrier, result, why }, "a carrier gave no answer that can be used");
      }
    },
    breaker: ({ carrier, state }) => {
      open.set(carrier, state === "open");
      log.warn({ carrier, state }, state === "open" ? "a carrier is left alone" : "a carrier answers again");
    },
    interrupted: (what) => log.warn(what, "asking carriers waits for the database or the log"),
  };
}

/** Watches how estimates compared with what happened. A rebuild of the rows counts them again. */
export function observeEstimates(measure: Instruments): Compared {
  return (estimates) => {
    for (const { carrier, stage, source, bucket } of estimates) {
      const result = bucket === 0 ? "on_time" : bucket > 0 ? "late" : "early";
      measure.count("waybill.estimates", 1, { carrier, stage, source, result });
    }
  };
}
