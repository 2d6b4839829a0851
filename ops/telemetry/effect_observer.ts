import type { EffectsSkipped } from "../../projections/effects/effect_rows.ts";
import { type ProjectorObserver, unwatchedProjector } from "../../projections/projector_observer.ts";
import type { Logger } from "../logging.ts";
import type { Telemetry } from "./sdk.ts";
import type { Instruments } from "./instruments.ts";
import { type EffectName, type Lags, readingTroubles, traceBatch } from "./reader_observer.ts";

/** Watches what is made of the log to be sent. */
export function observeEffects(
  telemetry: Telemetry,
  measure: Instruments,
  { log, lags }: { readonly log: Logger; readonly lags: Lags },
) {
  const projector = (effect: EffectName): ProjectorObserver => ({
    ...unwatchedProjector,
    ...readingTroubles(measure, log, effect),
    lag: (lag) => lags.tell(effect, lag),
    standing: (of) => lags.stand(effect, of),
    batch: (batch) => traceBatch(telemetry, batch, `effect ${effect}`),
  });
  const skipped = ({ projection, partition, from, to }: EffectsSkipped) => {
    measure.count("waybill.effects.skipped", 1, {});
    log.warn(
      { projection, partition, from, to },
      "the database stands behind what was already sent: these effects count as done",
    );
  };
  return { projector, skipped };
}
