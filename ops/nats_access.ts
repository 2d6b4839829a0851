import type { Credentials, TlsFiles } from "../streams/broker/link.ts";

/** What the environment says about who we are to NATS. */
export interface NatsVariables {
  readonly NATS_TOKEN?: string | undefined;
  readonly NATS_USER?: string | undefined;
  readonly NATS_PASSWORD?: string | undefined;
  /** The path of a credentials file, as NATS' own tools take it. */
  readonly NATS_CREDS?: string | undefined;
  readonly NATS_INBOX_PREFIX?: string | undefined;
  /** Paths of PEM files, named as NATS' own tools do: the authority that signed the server's certificate, and a certificate of ours. */
  readonly NATS_CA?: string | undefined;
  readonly NATS_CERT?: string | undefined;
  readonly NATS_KEY?: string | undefined;
}

/** One way to show who we are, and where answers come to; what is wrong becomes a problem. */
export function accessOf(
  variables: NatsVariables,
  readText: (path: string) => string,
  problems: string[],
): Credentials {
  const { NATS_TOKEN, NATS_USER, NATS_PASSWORD, NATS_CREDS, NATS_INBOX_PREFIX } = variables;
  const given = Object.entries({ NATS_TOKEN, NATS_USER, NATS_CREDS }).filter(([, value]) => value).map((
    one,
  ) => one[0]);
  if (given.length > 1) problems.push(`Cannot use ${given.join(" and ")} together: set one of them`);
  if ((NATS_USER === undefined) !== (NATS_PASSWORD === undefined)) {
    const [there, missing] = NATS_USER === undefined ? ["PASSWORD", "USER"] : ["USER", "PASSWORD"];
    problems.push(`Cannot use NATS_${there}: NATS_${missing} is not set`);
  }
  const creds = NATS_CREDS === undefined ? undefined : credentialsIn(NATS_CREDS, readText, problems);
  const tls = tlsOf(variables, readText, problems);
  return {
    ...(NATS_TOKEN === undefined ? {} : { token: NATS_TOKEN }),
    ...(NATS_USER === undefined || NATS_PASSWORD === undefined
      ? {}
      : { user: NATS_USER, pass: NATS_PASSWORD }),
    ...(creds === undefined ? {} : { creds }),
    ...(NATS_INBOX_PREFIX === undefined ? {} : { inboxPrefix: NATS_INBOX_PREFIX }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function tlsOf(
  { NATS_CA, NATS_CERT, NATS_KEY }: NatsVariables,
  readText: (path: string) => string,
  problems: string[],
): TlsFiles | undefined {
  if ((NATS_CERT === undefined) !== (NATS_KEY === undefined)) {
    const [there, missing] = NATS_CERT === undefined ? ["KEY", "CERT"] : ["CERT", "KEY"];
    problems.push(`Cannot use NATS_${there}: NATS_${missing} is not set`);
  }
  const given = Object.entries({ NATS_CA, NATS_CERT, NATS_KEY }).filter(([, path]) => path !== undefined);
  if (given.length === 0) return undefined;
  const [ca, cert, key] = [
    pemIn("NATS_CA", NATS_CA, "CERTIFICATE", readText, problems),
    pemIn("NATS_CERT", NATS_CERT, "CERTIFICATE", readText, problems),
    pemIn("NATS_KEY", NATS_KEY, "PRIVATE KEY", readText, problems),
  ];
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function pemIn(
  name: string,
  path: string | undefined,
  label: string,
  readText: (path: string) => string,
  problems: string[],
): string | undefined {
  if (path === undefined) return undefined;
  try {
    const text = readText(path);
    if (new RegExp(`-----BEGIN (\\w+ )?${label}-----`).test(text)) return text;
    problems.push(`Cannot use ${name}: ${path} holds no PEM block of a ${label.toLowerCase()}`);
  } catch (error) {
    problems.push(`Cannot read ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
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
