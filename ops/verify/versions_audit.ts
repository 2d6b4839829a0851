import type { ActorId } from "../../actors/ids.ts";
import type { Entry } from "../../streams/record.ts";
import { Check, type CheckReport } from "../invoices/check.ts";

/** Each actor's numbers: what was left out, put in or written twice shows here, whoever made the chain right again. */
export class VersionsAudit {
  readonly #check = new Check("versions: each actor's events are numbered from 1 without gap or twin");
  readonly #last = new Map<ActorId, number>();

  get actors(): number {
    return this.#last.size;
  }

  take({ actor, version, type }: Entry, sequence: number): void {
    const last = this.#last.get(actor) ?? 0;
    this.#check.look();
    if (version !== last + 1) {
      this.#check.found(`${type} of ${actor} in record ${sequence} is number ${version}, after ${last}`);
    }
    this.#last.set(actor, version);
  }

  reports(): CheckReport[] {
    return [this.#check.report()];
  }
}
