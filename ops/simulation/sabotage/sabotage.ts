import type { AnyActor } from "../../../actors/actor.ts";
import type { Handle } from "../world/deliverers.ts";
import type { Rows } from "../world/projectors.ts";
import type { Broker } from "../../../streams/broker/broker.ts";

type Actors = { readonly [kind: string]: AnyActor };

/** A safeguard switched off: something stands between the code under test and what it trusts. */
export interface Sabotage {
  /** What hosts get instead of the log. */
  readonly view?: (broker: Broker, host: string) => Broker;
  /** What projectors get instead of the log. */
  readonly readerView?: (broker: Broker) => Broker;
  /** What hosts get instead of the actors; the auditor keeps the true ones. */
  readonly actors?: (actors: Actors) => Actors;
  /** What projectors get instead of the database. */
  readonly rows?: (rows: Rows) => Rows;
  /** What is done with callbacks instead of telling parcels of them. */
  readonly handling?: (handle: Handle) => Handle;
  /** How long hosts expect commands by way of a partition that was split, instead of as long as they come. */
  readonly passingOnMs?: number;
  /** Changes a part of the program itself until what it returns is called: worlds run one after the other. */
  readonly install?: () => () => void;
}

export const unharmed: Sabotage = {};
