import type { Broker } from "../../../streams/broker/broker.ts";
import { withCalls } from "../../../streams/broker/with_calls.ts";

/** Tells of every answer at the moment when its host sends it, and of every heartbeat that was acknowledged. */
export function overheard(
  broker: Broker,
  { nowMs, answers, heard }: {
    readonly nowMs: () => number;
    answers(partition: number): void;
    heard(sentMs: number): void;
  },
): Broker {
  return withCalls(broker, {
    send: (subject, payload) => {
      if (subject.startsWith("replies.")) {
        answers((JSON.parse(new TextDecoder().decode(payload)) as { partition: number }).partition);
      }
      broker.send(subject, payload);
    },
    publish: (subject, payload, options) => {
      const publishing = broker.publish(subject, payload, options), sentMs = nowMs();
      if (!subject.startsWith("registry.cluster.host.")) return publishing;
      return publishing.then((outcome) => {
        if (outcome.kind === "stored") heard(sentMs);
        return outcome;
      });
    },
  });
}
