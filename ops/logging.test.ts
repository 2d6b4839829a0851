import { context, trace, TraceFlags } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { createLogger } from "./logging.ts";
import { startTelemetry } from "./telemetry/sdk.ts";

function capture() {
  const lines: Record<string, unknown>[] = [];
  return { lines, destination: { write: (line: string) => void lines.push(JSON.parse(line)) } };
}

test("a line is one JSON object with role, level and time", () => {
  const { lines, destination } = capture();
  const log = createLogger({ level: "info", role: "host", destination });
  log.debug("not shown");
  log.child({ partition: 0 }).info({ sequence: 7 }, "opened");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    level: "info",
    role: "host",
    partition: 0,
    sequence: 7,
    msg: "opened",
  });
  expect(String(lines[0]!.time)).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect(lines[0]).not.toHaveProperty("trace_id");
});

test("a line written inside a span carries its ids", async () => {
  const telemetry = startTelemetry({ serviceName: "test", traces: false, ownedByDeno: false });
  const { lines, destination } = capture();
  const log = createLogger({ level: "info", role: "edge", destination });
  const spanContext = {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    traceFlags: TraceFlags.SAMPLED,
  };
  context.with(trace.setSpanContext(context.active(), spanContext), () => log.info("inside"));
  expect(lines[0]).toMatchObject({ trace_id: spanContext.traceId, span_id: spanContext.spanId });
  await telemetry.stop();
});
