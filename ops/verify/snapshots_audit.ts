import type { ActorId } from "../../actors/ids.ts";
import { Check, type CheckReport } from "../invoices/check.ts";
import { encodesAs } from "./same.ts";
import type { Life } from "./sample.ts";
import type { SnapshotSeen } from "./snapshots_seen.ts";

/** Whether snapshots are what their actors' events make. */
export class SnapshotsAudit {
  readonly #check = new Check("snapshots: each is the fold of its actor's events (of a sample)");

  take(actor: ActorId, life: Life, { version, json }: SnapshotSeen): void {
    this.#check.holds(`the snapshot of ${actor} at version ${version}`, () => {
      const folded = life.ofVersion(version);
      // One that was written after the log was read is looked at another time.
      return folded === undefined || encodesAs(actor, folded.state, json) || "is another state";
    });
  }

  reports(): CheckReport[] {
    return [this.#check.report()];
  }
}
