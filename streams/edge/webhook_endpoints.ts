import type { Json } from "../../actors/actor.ts";
import type { Broker } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { streamNames } from "../record.ts";
import type { Runtime } from "../runtime.ts";
import { openRegistry, type Registered, watchRegistry } from "./registry.ts";

/** Whom we tell what happens, as it is kept in REGISTRY; secrets only as they were sealed. */
export interface WebhookEndpoint {
  readonly endpointId: string;
  readonly url: string;
  /** Names of events, `order.*` or `*`. */
  readonly events: readonly string[];
  /** Only what is of this sales channel. */
  readonly channel?: string;
  readonly description?: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** The last message of EVENTS when it was made: it is told of what comes behind. */
  readonly since: number;
  /** Newest first. */
  readonly secrets: readonly KeptSecret[];
  /** Nothing is sent any more, until somebody enables it. */
  readonly disabled?: Disabled;
  /** RFC 3339; nothing else of it is used from then on. */
  readonly deletedAt?: string;
  /** What was asked under an Idempotency-Key lately, with what was answered. */
  readonly requests: readonly AnsweredRequest[];
}
export interface KeptSecret {
  readonly sealed: string;
  /** RFC 3339; the one that is new has no end. */
  readonly expiresAt?: string;
}
export interface Disabled {
  readonly at: string;
  /** `gone`: it answered 410; `failing`: nothing was taken for days. */
  readonly reason: "gone" | "failing";
  readonly detail: string;
}
export interface AnsweredRequest {
  readonly request: string;
  readonly fingerprint: string;
  readonly atMs: number;
  /** The body of the answer, sealed: it may hold a secret. */
  readonly sealed: string;
}

export interface WebhookEndpoints {
  get(endpointId: string): Promise<WebhookEndpoint | undefined>;
  /** The one that is kept: this one, or what somebody made under that id before. */
  create(endpoint: WebhookEndpoint): Promise<{ readonly made: boolean; readonly kept: WebhookEndpoint }>;
  /** By compare-and-set, as often as it takes; `change` answers undefined when there is nothing to change. Undefined: there is none. */
  change(
    endpointId: string,
    change: (found: WebhookEndpoint) => WebhookEndpoint | undefined,
  ): Promise<WebhookEndpoint | undefined>;
}

/** All endpoints, followed. */
export interface WebhookDirectory {
  /** As far as was heard. */
  all(): ReadonlyMap<string, WebhookEndpoint>;
  /** Including every change that was acknowledged to anybody before this was called. */
  current(): Promise<ReadonlyMap<string, WebhookEndpoint>>;
  /** Rejects when changes can no longer be followed. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const space = "webhooks", spaceSubjects = "registry.webhooks.>";
const triesMax = 10;

export function openWebhookEndpoints(
  broker: Broker,
  runtime: Pick<Runtime, "newId">,
): WebhookEndpoints {
  const registry = openRegistry(broker, space, runtime);
  const get = async (endpointId: string) => {
    const found = await registry.get(endpointId);
    return found && endpointOf(found);
  };
  const create: WebhookEndpoints["create"] = async (endpoint) => {
    const outcome = await registry.put(endpoint.endpointId, jsonOf(endpoint), 0);
    if (outcome.kind === "stored") return { made: true, kept: endpoint };
    const kept = await get(endpoint.endpointId);
    if (kept !== undefined) return { made: false, kept };
    throw new Fault("log.unavailable", `Cannot read webhook endpoint ${endpoint.endpointId}: it is gone`);
  };
  const change: WebhookEndpoints["change"] = async (endpointId, changed) => {
    for (let tries = 0; tries < triesMax; tries++) {
      const found = await registry.get(endpointId);
      if (found === undefined) return undefined;
      const before = endpointOf(found), after = changed(before);
      if (after === undefined) return before;
      const outcome = await registry.put(endpointId, jsonOf(after), found.revision);
      if (outcome.kind === "stored") return after;
    }
    throw new Fault("log.unavailable", `Cannot change webhook endpoint ${endpointId}: it keeps changing`);
  };
  return { get, create, change };
}

/** Holds all endpoints in memory and follows their changes; ready once it knows every one there is. */
export async function watchWebhookEndpoints(broker: Broker): Promise<WebhookDirectory> {
  const known = new Map<string, WebhookEndpoint>();
  let seen = 0, waiting: { readonly sequence: number; readonly done: () => void }[] = [];
  const watch = watchRegistry(broker, space, (entry) => {
    known.set(entry.key, endpointOf(entry));
    seen = entry.revision;
    const reached = waiting.filter(({ sequence }) => sequence <= seen);
    waiting = waiting.filter(({ sequence }) => sequence > seen);
    for (const { done } of reached) done();
  });
  await watch.loaded();
  const ended = watch.ended.then(() => {
    throw new Fault("log.unavailable", "Cannot follow webhook endpoints: watching them was stopped");
  });
  ended.catch(() => undefined); // Told to whoever waits, and by `ended` to everybody else.
  const current = async () => {
    const sequence = (await broker.last(streamNames.registry, spaceSubjects))?.sequence ?? 0;
    if (sequence > seen) {
      await Promise.race([new Promise<void>((done) => waiting.push({ sequence, done })), ended]);
    }
    return known;
  };
  return { all: () => known, current, ended: watch.ended, stop: watch.stop };
}

/** `undefined` fields are left out by JSON. */
const jsonOf = (endpoint: WebhookEndpoint): Json => JSON.parse(JSON.stringify(endpoint));

function endpointOf({ key, value }: Registered): WebhookEndpoint {
  if (isEndpoint(value, key)) return value;
  throw new Fault(
    "record.undecodable",
    `Cannot read webhook endpoint ${key}: it is not an endpoint's record`,
  );
}

function isEndpoint(value: unknown, endpointId: string): value is WebhookEndpoint {
  const endpoint = value as Partial<WebhookEndpoint> | null;
  return endpoint?.endpointId === endpointId && typeof endpoint.url === "string" &&
    typeof endpoint.since === "number" && typeof endpoint.createdAt === "string" &&
    Array.isArray(endpoint.events) && Array.isArray(endpoint.secrets) && Array.isArray(endpoint.requests);
}
