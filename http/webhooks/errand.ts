import type { Sql } from "../../projections/database.ts";
import { type Attempted, type Claimed, noteHealth, release } from "../../projections/webhooks/claims.ts";
import { isActive } from "../../projections/webhooks/subscription.ts";
import type { Disabled, WebhookDirectory, WebhookEndpoint } from "../../streams/edge/webhook_endpoints.ts";
import { Fault } from "../../streams/faults.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { type Backoff, outgoingBackoff } from "../outgoing/backoff.ts";
import type { OutgoingAnswer, OutgoingRequest } from "../outgoing/outgoing.ts";
import type { CourierLimits } from "./courier_limits.ts";
import { Recorder } from "./recorder.ts";
import type { Sealer } from "./sealing.ts";
import { signingSecrets } from "./secrets.ts";
import { signedRequest } from "./signed_request.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

export interface ErrandOptions {
  readonly sql: Sql;
  readonly directory: Pick<WebhookDirectory, "all">;
  readonly sealer: Pick<Sealer, "open">;
  readonly send: (url: string, request: OutgoingRequest) => Promise<OutgoingAnswer>;
  /** Tells nobody anything there any more. */
  readonly disable: (endpoint: WebhookEndpoint, disabled: Disabled) => Promise<void>;
  readonly runtime: Pick<Runtime, "nowMs" | "elapsedMs" | "random" | "sleep">;
  readonly limits: CourierLimits;
  readonly backoff?: Backoff;
  /** Told of each attempt. */
  attempted?(what: WebhookAttempt): void;
}
/** What came of one attempt; `atMs`: when it began, milliseconds since 1970. */
export interface WebhookAttempt {
  readonly delivery: Claimed;
  readonly result: Verdict["kind"];
  readonly atMs: number;
  readonly ms: number;
}

/** One delivery, taken to its endpoint: signed, sent, recorded. */
export class Errand {
  readonly #options: ErrandOptions;
  /** Endpoints by whether they took what they were sent last; absent: not known here. */
  readonly #took = new Map<string, boolean>();

  readonly #recorder: Recorder;

  constructor(options: ErrandOptions) {
    this.#options = options;
    this.#recorder = new Recorder(options.sql);
  }

  isTroubled(endpointId: string): boolean {
    return this.#took.get(endpointId) === false;
  }

  /** Rejects by a defect of ours only. */
  async run(delivery: Claimed): Promise<void> {
    const { sql, directory, runtime, limits, attempted } = this.#options;
    const endpoint = directory.all().get(delivery.endpointId);
    if (endpoint === undefined || !isActive(endpoint)) {
      return await this.#patiently(() => release(sql, [delivery]));
    }
    const atMs = runtime.nowMs(), startedMs = runtime.elapsedMs();
    const sent = await this.#send(endpoint, delivery, atMs), ms = runtime.elapsedMs() - startedMs;
    const { tries, deliveryId, attempt } = delivery, { answer, error } = sent;
    const verdict = verdictOf(
      { answer, tries, random: runtime.random(), nowMs: runtime.nowMs() },
      this.#options.backoff ?? outgoingBackoff,
    );
    attempted?.({ delivery, result: verdict.kind, atMs, ms });
    const said = {
      ...(answer && { status: answer.status, response: printable(answer.body, limits.responseCharsMax) }),
      ...(error !== undefined && { error: printable(error, limits.responseCharsMax) }),
    };
    await this.#patiently(() =>
      this.#recorder.record({ deliveryId, attempt, atMs, ms, ...said, then: thenOf(verdict) })
    );
    await this.#noteHealth(endpoint, verdict, { tries, detail: error ?? `it answered ${answer?.status}` });
  }

  async #send(
    endpoint: WebhookEndpoint,
    { eventId, body }: Claimed,
    nowMs: number,
  ): Promise<{ readonly answer?: OutgoingAnswer; readonly error?: string }> {
    const secrets = signingSecrets(endpoint, this.#options.sealer, nowMs);
    const request = signedRequest({ eventId, body, secrets, nowMs });
    if (request === undefined) {
      return { error: "Cannot sign: no secret of this endpoint can be opened; was WAYBILL_SECRET changed?" };
    }
    try {
      return { answer: await this.#options.send(endpoint.url, request) };
    } catch (error) {
      // Whatever went wrong on the way, it is the endpoint's log that tells of it.
      return { error: error instanceof Error ? error.message || error.name : String(error) };
    }
  }

  async #noteHealth(
    endpoint: WebhookEndpoint,
    verdict: Verdict,
    { tries, detail }: { readonly tries: number; readonly detail: string },
  ): Promise<void> {
    const { sql, runtime, limits, disable } = this.#options, { endpointId } = endpoint;
    const took = verdict.kind === "taken", before = this.#took.get(endpointId);
    this.#took.set(endpointId, took);
    if (took && before === true) return;
    const at = new Date(runtime.nowMs()).toISOString();
    await this.#patiently(async () => {
      if (verdict.kind === "gone") return await disable(endpoint, { at, reason: "gone", detail });
      const since = await noteHealth(sql, endpointId, took);
      if (since === undefined || runtime.nowMs() - since < limits.failingMsMax) return;
      if (tries >= limits.failingTriesMin) await disable(endpoint, { at, reason: "failing", detail });
    });
  }

  /** While the claim lasts, as often as it takes; whoever has it then sends once more. */
  async #patiently(record: () => Promise<void>): Promise<void> {
    const { runtime, limits } = this.#options, untilMs = runtime.elapsedMs() + limits.claimMs;
    for (;;) {
      try {
        return await record();
      } catch (error) {
        if (!(error instanceof Fault && error.retry)) throw error;
        if (runtime.elapsedMs() > untilMs) return;
        await runtime.sleep(limits.troubleMs);
      }
    }
  }
}

function thenOf(verdict: Verdict): Attempted["then"] {
  if (verdict.kind === "again") return { state: "pending", afterMs: verdict.afterMs };
  return { state: verdict.kind === "taken" ? "delivered" : "failed" };
}

/** Postgres takes no NUL, and nobody needs the other control characters in a log. */
function printable(text: string, charsMax: number): string {
  return text.slice(0, charsMax).toWellFormed().replace(/[^\P{Cc}\n\t]/gu, " ");
}
