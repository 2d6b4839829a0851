import { idAt } from "../../projections/webhooks/cloud_event.ts";
import type {
  AnsweredRequest,
  WebhookDirectory,
  WebhookEndpoint,
  WebhookEndpoints,
} from "../../streams/edge/webhook_endpoints.ts";
import type { Sealer } from "./sealing.ts";
import { newSecret, rotated } from "./secrets.ts";
import { endpointView } from "./view.ts";

export interface NewEndpoint {
  readonly url: string;
  readonly events: readonly string[];
  readonly channel?: string;
  readonly description?: string;
}
/** Names a request among all that were ever made, and tells its body from others. */
export interface Asked {
  readonly request: string;
  readonly fingerprint: string;
}
export type DeskAnswer =
  /** `json`: the body of the answer. */
  | { readonly kind: "done"; readonly json: string; readonly endpointId: string; readonly replayed: boolean }
  | { readonly kind: "mismatch" | "unknown" | "too-many-endpoints" | "too-many-secrets" };

/** Endpoints, as they are asked for and changed. `channel`: of a key that speaks for one only, and sees no other's. */
export interface EndpointDesk {
  list(channel?: string): Promise<readonly WebhookEndpoint[]>;
  find(endpointId: string, channel?: string): Promise<WebhookEndpoint | undefined>;
  create(endpoint: NewEndpoint, asked: Asked): Promise<DeskAnswer>;
  rotate(endpointId: string, asked: Asked): Promise<DeskAnswer>;
  enable(endpointId: string, asked: Asked): Promise<DeskAnswer>;
  /** False when there never was one. */
  remove(endpointId: string, channel?: string): Promise<boolean>;
}

export interface EndpointDeskOptions {
  readonly endpoints: WebhookEndpoints;
  readonly directory: Pick<WebhookDirectory, "current">;
  readonly sealer: Sealer;
  readonly nowMs: () => number;
  /** The end of EVENTS: what is behind it is told to an endpoint that is made now. */
  readonly eventsEnd: () => Promise<number>;
}

/** Of all channels together. */
export const endpointsMax = 100;
const rememberedMs = 72 * 3_600_000;
/** An endpoint's record has to fit into the registry: some hundred answers. */
const rememberedCharsMax = 128 * 1024;

export function endpointDesk(options: EndpointDeskOptions): EndpointDesk {
  const { endpoints, directory, nowMs } = options;
  const isOf = (channel: string | undefined) => (endpoint: WebhookEndpoint) =>
    endpoint.deletedAt === undefined && (channel === undefined || endpoint.channel === channel);
  const find: EndpointDesk["find"] = async (endpointId, channel) => {
    const found = await endpoints.get(endpointId);
    return found && isOf(channel)(found) ? found : undefined;
  };
  return {
    find,
    list: async (channel) => {
      const all = [...(await directory.current()).values()].filter(isOf(channel));
      return all.sort((a, b) =>
        b.createdAt.localeCompare(a.createdAt) || a.endpointId.localeCompare(b.endpointId)
      );
    },
    create: (wanted, asked) => create(options, wanted, asked),
    rotate: (id, asked) => change(options, id, asked, rotate),
    enable: (id, asked) => change(options, id, asked, enable),
    remove: async (id, channel) => {
      const found = await endpoints.get(id);
      if (found === undefined || (channel !== undefined && found.channel !== channel)) return false;
      await endpoints.change(id, (endpoint) => removed(endpoint, nowMs()));
      return true;
    },
  };
}

async function create(options: EndpointDeskOptions, wanted: NewEndpoint, asked: Asked): Promise<DeskAnswer> {
  const { endpoints, directory, sealer, nowMs, eventsEnd } = options;
  const endpointId = idAt("whe", [asked.request]), before = await endpoints.get(endpointId);
  if (before !== undefined) return answered(options, before, asked) ?? { kind: "mismatch" };
  const known = [...(await directory.current()).values()].filter(({ deletedAt }) => deletedAt === undefined);
  if (known.length >= endpointsMax) return { kind: "too-many-endpoints" };
  const secret = newSecret(), since = await eventsEnd(), atMs = nowMs();
  const endpoint: WebhookEndpoint = {
    ...{ endpointId, ...wanted, since },
    createdAt: new Date(atMs).toISOString(),
    secrets: [{ sealed: sealer.seal(secret, endpointId) }],
    requests: [],
  };
  const json = JSON.stringify({ ...endpointView(endpoint, atMs), secret });
  const { made, kept } = await endpoints.create(remembering(options, endpoint, asked, json));
  if (!made) return answered(options, kept, asked) ?? { kind: "mismatch" };
  return { kind: "done", json, endpointId, replayed: false };
}

/** The endpoint after a change, and what is answered beside how it is then; or why it is not changed. */
type Change = (
  endpoint: WebhookEndpoint,
  options: EndpointDeskOptions,
) => { readonly changed: WebhookEndpoint; readonly beside?: object } | "too-many-secrets";

const rotate: Change = (endpoint, { sealer, nowMs }) => {
  const secret = newSecret(), secrets = rotated(endpoint, sealer.seal(secret, endpoint.endpointId), nowMs());
  return secrets === undefined
    ? "too-many-secrets"
    : { changed: { ...endpoint, secrets }, beside: { secret } };
};

const enable: Change = ({ disabled: _, ...endpoint }) => ({ changed: endpoint });

async function change(
  options: EndpointDeskOptions,
  endpointId: string,
  asked: Asked,
  change: Change,
): Promise<DeskAnswer> {
  let answer: DeskAnswer = { kind: "unknown" };
  await options.endpoints.change(endpointId, (found) => {
    const before = answered(options, found, asked);
    if (before !== undefined || found.deletedAt !== undefined) {
      answer = before ?? { kind: "unknown" };
      return undefined;
    }
    const outcome = change(found, options);
    if (outcome === "too-many-secrets") {
      answer = { kind: outcome };
      return undefined;
    }
    const { changed, beside = {} } = outcome;
    const json = JSON.stringify({ ...endpointView(changed, options.nowMs()), ...beside });
    answer = { kind: "done", json, endpointId, replayed: false };
    return remembering(options, changed, asked, json);
  });
  return answer;
}

/** What was answered to this request before; undefined when it is new. */
function answered(
  { sealer }: EndpointDeskOptions,
  { endpointId, requests }: WebhookEndpoint,
  { request, fingerprint }: Asked,
): DeskAnswer | undefined {
  const before = requests.find((one) => one.request === request);
  if (before === undefined) return undefined;
  if (before.fingerprint !== fingerprint) return { kind: "mismatch" };
  const json = sealer.open(before.sealed, endpointId);
  return json === undefined ? undefined : { kind: "done", json, endpointId, replayed: true };
}

function remembering(
  { sealer, nowMs }: EndpointDeskOptions,
  endpoint: WebhookEndpoint,
  { request, fingerprint }: Asked,
  json: string,
): WebhookEndpoint {
  const sealed = sealer.seal(json, endpoint.endpointId);
  const now: AnsweredRequest = { request, fingerprint, atMs: nowMs(), sealed };
  let room = rememberedCharsMax - sealed.length;
  const lately = endpoint.requests.filter((one) => {
    room -= one.sealed.length;
    return room > 0 && one.atMs > nowMs() - rememberedMs;
  });
  return { ...endpoint, requests: [now, ...lately] };
}

/** Its secrets go; that it was there stays, so that a repeated request to make it does not make it again. */
function removed(endpoint: WebhookEndpoint, nowMs: number): WebhookEndpoint | undefined {
  if (endpoint.deletedAt !== undefined) return undefined;
  return { ...endpoint, secrets: [], deletedAt: new Date(nowMs).toISOString() };
}
