import { expect } from "vitest";
import type { Broker } from "../../../streams/broker/broker.ts";
import { openWebhookEndpoints, watchWebhookEndpoints } from "../../../streams/edge/webhook_endpoints.ts";
import { streamNames } from "../../../streams/record.ts";
import { systemRuntime } from "../../../streams/system_runtime.ts";

/** Webhook endpoints are made as one user and changed as another. */
export async function expectEndpointsShared(
  { edge, deliver }: { edge: Broker; deliver: Broker },
): Promise<void> {
  const runtime = systemRuntime("test"), made = openWebhookEndpoints(edge, runtime);
  const endpoint = {
    ...{ endpointId: "whe_A", url: "https://shop.example", events: ["*"], createdAt: "2026-11-22T00:00:00Z" },
    ...{ since: (await edge.info(streamNames.events)).lastSequence, secrets: [], requests: [] },
  };
  await made.create(endpoint);
  const directory = await watchWebhookEndpoints(deliver);
  expect((await directory.current()).get("whe_A")).toEqual(endpoint);
  const disabled = { at: "2026-11-22T00:00:00Z", reason: "gone", detail: "it answered 410" } as const;
  await openWebhookEndpoints(deliver, runtime).change("whe_A", (found) => ({ ...found, disabled }));
  expect((await directory.current()).get("whe_A")).toEqual({ ...endpoint, disabled });
  await directory.stop();
  await made.change("whe_A", (found) => ({ ...found, deletedAt: "2026-11-22T00:00:01Z" }));
}
