import { Fault } from "../../../streams/faults.ts";
import type { TrackingDesk, TrackingView } from "../view.ts";

/** A desk whose parcels a test moves by hand; it counts what it was asked. */
export class FakeDesk implements TrackingDesk {
  readonly views = new Map<string, TrackingView>();
  readonly asked: (readonly string[])[] = [];
  loads = 0;
  /** Its rows cannot be read. */
  readonly away = new Set<string>();
  /** Thrown by the next question for revisions. */
  fault: Error | undefined;

  byToken(token: string): Promise<TrackingView | undefined> {
    this.loads++;
    if (this.away.has(token)) {
      return Promise.reject(new Fault("database.unavailable", "Cannot read a parcel: no connection"));
    }
    const view = this.views.get(token);
    return Promise.resolve(view && { ...view, token });
  }

  revisionsOf(tokens: readonly string[]): Promise<ReadonlyMap<string, string>> {
    this.asked.push(tokens);
    const { fault } = this;
    this.fault = undefined;
    if (fault) return Promise.reject(fault);
    return Promise.resolve(
      new Map(tokens.flatMap((token) => {
        const view = this.views.get(token);
        return view ? [[token, view.revision] as const] : [];
      })),
    );
  }
}
