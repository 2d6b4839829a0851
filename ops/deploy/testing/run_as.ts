import type { ServerAddress } from "../../../streams/broker/link.ts";
import { readConfig } from "../../config.ts";
import { createLogger } from "../../logging.ts";
import { type Role, runRoles } from "../../run/roles.ts";

/** A role as a deployment runs it, connected as that user. */
export interface RunAs {
  /** Rejects when the role cannot go on. */
  readonly running: Promise<void>;
  stop(): Promise<void>;
}

export function runAs(
  role: Role,
  { servers, user, pass, inboxPrefix }: ServerAddress,
  env: Readonly<Record<string, string>> = {},
): RunAs {
  const environment = {
    ...env,
    NATS_URL: [servers].flat().join(","),
    NATS_USER: user,
    NATS_PASSWORD: pass,
    NATS_INBOX_PREFIX: inboxPrefix,
    OTEL_SDK_DISABLED: "true",
  };
  const result = readConfig(environment, () => "");
  if (!result.ok) throw new Error(result.problems.join());
  const stopping = new AbortController();
  const running = runRoles([role], result.config, createLogger({ level: "silent", role }), stopping.signal);
  return {
    running,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
