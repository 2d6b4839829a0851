import type { ActorId } from "../../../actors/ids.ts";
import type { Broker } from "../../../streams/broker/broker.ts";
import type { Ask, Asked, Question } from "../../../streams/edge/asking.ts";
import { type CommandPack, subjects } from "../../../streams/record.ts";
import { decodeReplies } from "../../../streams/reply_text.ts";
import type { Runtime } from "../../../streams/runtime.ts";

/** The smallest edge that keeps an edge's promises: one command a pack. */
export function smallEdge(
  options: {
    readonly broker: Broker;
    readonly runtime: Runtime;
    readonly edgeId: string;
    readonly partitionOf: (actor: ActorId) => number;
  },
): Ask {
  const { broker, runtime, edgeId, partitionOf } = options;
  const waits = new Map<string, (asked: Asked) => void>();
  broker.receive(subjects.replies(edgeId), (payload) => {
    const pack = decodeReplies(payload);
    for (const reply of pack?.replies ?? []) {
      const position = { partition: pack!.partition, sequence: pack!.sequence };
      const asked: Asked = "defect" in reply
        ? { kind: "defect", position }
        : { kind: "answered", answer: reply, position };
      waits.get(reply.id)?.(asked);
    }
  });
  return async ({ to, command, patienceMs }: Question) => {
    const id = runtime.newId(), untilMs = runtime.elapsedMs() + patienceMs;
    const pack: CommandPack = {
      format: 1,
      commands: [{ id, to, atMs: runtime.nowMs(), edge: edgeId, command }],
    };
    const answer = new Promise<Asked>((resolve) => waits.set(id, resolve));
    const payload = new TextEncoder().encode(JSON.stringify(pack));
    const publishing = broker.publish(subjects.commands(partitionOf(to)), payload, { ackMsMax: 2_000 });
    const { kind } = await publishing;
    if (kind !== "stored" && kind !== "unknown") return { kind: "overloaded", retryAfterS: 1 };
    const late: Asked = { kind: kind === "stored" ? "accepted" : "in-doubt" };
    const timer = runtime.after(untilMs - runtime.elapsedMs(), () => waits.get(id)?.(late));
    const asked = await answer;
    timer.stop();
    waits.delete(id);
    return asked;
  };
}
