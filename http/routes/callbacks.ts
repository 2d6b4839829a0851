import type { Hono } from "hono";
import type { CarrierAdapter, Handshake } from "../carriers/adapter.ts";
import { Misconfigured, Unreadable } from "../carriers/adapter.ts";
import type { CarrierSecrets, SignedRequest, Verdict } from "../carriers/authentication/authenticate.ts";
import type { CallbackStore } from "../../streams/callbacks/callback_store.ts";
import { readBytes } from "../body.ts";
import type { Edge, EdgeContext, EdgeEnv } from "../edge.ts";
import { clean } from "../carriers/clean.ts";
import { json, refuse } from "../respond.ts";

/** What became of a callback. */
export type CallbackResult =
  | "stored"
  /** Nothing could be made of it: kept all the same. */
  | "unreadable"
  | "handshake"
  | "refused"
  /** It could not be made durable: the carrier calls again. */
  | "not-stored";

/** What the edge needs to hear carriers. */
export interface CarrierDesk {
  readonly adapters: ReadonlyMap<string, CarrierAdapter>;
  /** Without one, whoever calls in the carrier's name is refused; `whyNone` is for the operator's log. */
  readonly secretsOf: (carrier: string) => CarrierSecrets | { readonly whyNone: string };
  readonly store: CallbackStore;
  readonly newId: () => string;
  readonly observed?: (what: {
    readonly carrier: string;
    readonly result: CallbackResult;
    /** Why it was refused or unreadable: for the operator alone. */
    readonly why?: string;
  }) => void;
}

const retryAfterS = 5, reasonCharsMax = 300;

/** POST /v1/carriers/{carrier}/callbacks: proven, kept, and only then answered; what it says is worked out later. */
export function callbackRoutes(app: Hono<EdgeEnv>, edge: Edge): void {
  app.post("/v1/carriers/:carrier/callbacks", async (c) => {
    const desk = edge.carriers, carrier = c.req.param("carrier"), adapter = desk?.adapters.get(carrier);
    if (!desk || !adapter) {
      return refuse(c, { problem: "not-found", detail: "Cannot take a callback: no such carrier is known" });
    }
    const read = await readBytes(c, edge.limits.bodyBytesMax);
    if (!read.ok) return refuse(c, read.refusal);
    const body = new Uint8Array(read.value), request = signedRequest(c, body, edge.nowMs());
    const report = (error: unknown) => edge.report(error, c.get("requestId"));
    const handshake = guarded(report, () => adapter.handshake?.(body));
    const verdict = await verdictOf(adapter, desk.secretsOf(carrier), request, handshake);
    if (!verdict.authentic) {
      desk.observed?.({ carrier, result: "refused", why: verdict.why });
      return refuse(c, {
        problem: "not-authentic",
        detail: "Cannot take this callback: its proof is not valid",
      });
    }
    if (!handshake) return await keep(c, desk, adapter, request, report);
    desk.observed?.({ carrier, result: "handshake", why: handshake.name });
    return json(c, 200, handshake.answer);
  });
}

async function keep(
  c: EdgeContext,
  desk: CarrierDesk,
  adapter: CarrierAdapter,
  { body, nowMs: atMs }: SignedRequest,
  report: (error: unknown) => void,
): Promise<Response> {
  const carrier = adapter.name, unreadable = reasonNotToRead(adapter, body, report);
  const contentType = c.req.header("content-type")?.slice(0, 200);
  const kept = await desk.store.keep({
    id: desk.newId(),
    carrier,
    atMs,
    ...(contentType !== undefined && { contentType }),
    body,
    ...(unreadable !== undefined && { unreadable }),
  });
  if (kept.kind === "refused") {
    desk.observed?.({ carrier, result: "not-stored", why: kept.why });
    return refuse(c, {
      problem: "overloaded",
      detail: `Cannot keep this callback: ${kept.why}`,
      retryAfterS,
    });
  }
  if (unreadable === undefined) {
    desk.observed?.({ carrier, result: "stored" });
    return json(c, 200, { received: true });
  }
  desk.observed?.({ carrier, result: "unreadable", why: unreadable });
  const detail = `Cannot read this callback, which was kept: ${unreadable}`;
  return refuse(c, { problem: "unreadable-callback", detail });
}

async function verdictOf(
  adapter: CarrierAdapter,
  secrets: ReturnType<CarrierDesk["secretsOf"]>,
  request: SignedRequest,
  handshake: Handshake | undefined,
): Promise<Verdict> {
  if ("whyNone" in secrets) return { authentic: false, why: secrets.whyNone };
  if (handshake?.unsigned) return { authentic: true };
  return await adapter.authenticate(request, secrets);
}

function signedRequest(c: EdgeContext, body: Uint8Array, nowMs: number): SignedRequest {
  return { header: (name) => c.req.header(name), token: c.req.query("token"), body, nowMs };
}

/** Undefined when something can be made of it. An adapter that fails is our defect, and the callback is kept for when it is mended. */
function reasonNotToRead(
  adapter: CarrierAdapter,
  body: Uint8Array,
  report: (error: unknown) => void,
): string | undefined {
  try {
    adapter.callback(body);
    return undefined;
  } catch (error) {
    if (error instanceof Unreadable) return clean(error.message, reasonCharsMax);
    if (error instanceof Misconfigured) return undefined; // Ours to mend; it is read then.
    report(error);
    return "a defect of ours";
  }
}

/** What an adapter makes of it; nothing when it fails, which is our defect. */
function guarded<T>(report: (error: unknown) => void, call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    report(error);
    return undefined;
  }
}
