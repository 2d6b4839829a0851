import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { kindOf } from "../../actors/ids.ts";
import type { Ask, Asked, Question } from "../../streams/edge/asking.ts";
import type { Instruments } from "./instruments.ts";
import type { Telemetry } from "./sdk.ts";
import { traceparentOf } from "./trace_context.ts";

/** The same `ask`, measured; when the request is sampled its trace context travels with the command. */
export function instrumentAsk(ask: Ask, telemetry: Telemetry, measure: Instruments): Ask {
  const asking = telemetry.tracing ? traced(ask, telemetry) : ask;
  let pending = 0;
  measure.gauge("waybill.ask.pending", (tell) => tell(pending, {}));
  return async (question) => {
    const startedMs = performance.now();
    let outcome = "failed";
    pending++;
    try {
      const asked = await asking(question);
      outcome = outcomeOf(asked);
      return asked;
    } finally {
      pending--;
      const labels = { "actor.kind": kindOf(question.to), outcome };
      measure.record("waybill.ask.duration", (performance.now() - startedMs) / 1000, labels);
    }
  };
}

function traced(ask: Ask, { tracer }: Telemetry): Ask {
  return async (question) => {
    const span = tracer.startSpan(`ask ${kindOf(question.to)}`, {
      kind: SpanKind.PRODUCER,
      attributes: attributesOf(question),
    });
    try {
      // Also when it is undefined: what is not sampled here must not be sampled further on because the caller's header says so.
      const asked = await ask({ ...question, traceparent: traceparentOf(span) });
      span.setAttribute("waybill.outcome", outcomeOf(asked));
      return asked;
    } catch (error) {
      span.recordException(error instanceof Error ? error : String(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  };
}

function attributesOf(question: Question) {
  return {
    "messaging.system": "nats",
    "messaging.destination.name": "commands",
    "messaging.operation.name": "publish",
    "waybill.command": question.command.type,
    "waybill.actor": question.to,
  };
}

function outcomeOf(asked: Asked): string {
  if (asked.kind !== "answered") return asked.kind;
  return asked.answer.ok ? "ok" : "rejected";
}
