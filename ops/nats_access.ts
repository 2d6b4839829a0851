import type { Credentials } from "../streams/broker/link.ts";

/** What the environment says about who we are to NATS. */
export interface NatsVariables {
  readonly NATS_TOKEN?: string | undefined;
  readonly NATS_USER?: string | undefined;
  readonly NATS_PASSWORD?: string | undefined;
  /** The path of a credentials file, as NATS' own tools take it. */
  readonly NATS_CREDS?: string | undefined;
  readonly NATS_INBOX_PREFIX?: string | undefined;
}

/** One way to show who we are, and where answers come to; what is wrong becomes a problem. */
export function accessOf(
  { NATS_TOKEN, NATS_USER, NATS_PASSWORD, NATS_CREDS, NATS_INBOX_PREFIX }: NatsVariables,
  readText: (path: string) => string,
  problems: string[],
): Credentials {
  const given = Object.entries({ NATS_TOKEN, NATS_USER, NATS_CREDS }).filter(([, value]) => value).map((
    one,
  ) => one[0]);
  if (given.length > 1) problems.push(`Cannot use ${given.join(" and ")} together: set one of them`);
  if ((NATS_USER === undefined) !== (NATS_PASSWORD === undefined)) {
    const [there, missing] = NATS_USER === undefined ? ["PASSWORD", "USER"] : ["USER", "PASSWORD"];
    problems.push(`Cannot use NATS_${there}: NATS_${missing} is not set`);
  }
  const creds = NATS_CREDS === undefined ? undefined : credentialsIn(NATS_CREDS, readText, problems);
  return {
    ...(NATS_TOKEN === undefined ? {} : { token: NATS_TOKEN }),
    ...(NATS_USER === undefined || NATS_PASSWORD === undefined
      ? {}
      : { user: NATS_USER, pass: NATS_PASSWORD }),
    ...(creds === undefined ? {} : { creds }),
    ...(NATS_INBOX_PREFIX === undefined ? {} : { inboxPrefix: NATS_INBOX_PREFIX }),
  };
}

function credentialsIn(path: string, readText: (path: string) => string, problems: string[]) {
  try {
    const text = readText(path);
    if (/-BEGIN NATS USER JWT-[^]*-BEGIN USER NKEY SEED-/.test(text)) return text;
    problems.push(`Cannot use NATS_CREDS: ${path} is not a NATS credentials file`);
  } catch (error) {
    problems.push(`Cannot read NATS_CREDS: ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
}
