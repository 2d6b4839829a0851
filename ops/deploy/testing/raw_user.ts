import type { NatsConnection } from "nats";
import { connect } from "../../../streams/broker/connect.ts";
import type { ServerAddress } from "../../../streams/broker/link.ts";

/** A bare connection that notes what the server refuses to take from it. */
export interface RawUser {
  readonly nc: NatsConnection;
  /** Which of these subjects the user may not publish to. */
  refusedPublishes(subjects: readonly string[]): Promise<string[]>;
  /** Which of these subjects the user may not listen to. */
  refusedSubscriptions(subjects: readonly string[]): Promise<string[]>;
}

/** The server's complaint may come a little after its answer to the flush. */
const complaintMs = 20;

export async function connectRaw(
  { servers, user = "", pass = "", inboxPrefix = "" }: ServerAddress,
): Promise<RawUser> {
  const nc = await connect({ servers, user, pass, inboxPrefix });
  const complaints: string[] = [];
  const listen = async () => {
    for await (const status of nc.status()) {
      if (status.type === "error") complaints.push(status.error.message);
    }
  };
  void listen();
  const refused = async (verb: string, subjects: readonly string[], attempt: (subject: string) => void) => {
    complaints.length = 0;
    for (const subject of subjects) attempt(subject);
    await nc.flush();
    await new Promise((done) => setTimeout(done, complaintMs));
    return subjects.filter((subject) =>
      complaints.some((text) => text.endsWith(`for ${verb} to "${subject}"`))
    );
  };
  return {
    nc,
    refusedPublishes: (subjects) => refused("Publish", subjects, (subject) => nc.publish(subject, "{}")),
    refusedSubscriptions: (subjects) =>
      refused("Subscription", subjects, (subject) => {
        nc.subscribe(subject, { callback: () => {} });
      }),
  };
}
