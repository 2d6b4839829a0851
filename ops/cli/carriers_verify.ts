import process from "node:process";
import { InvalidArgumentError } from "commander";
import type { CarrierAdapter } from "../../http/carriers/adapter.ts";
import type {
  CarrierSecrets,
  SignedRequest,
  Verdict,
} from "../../http/carriers/authentication/authenticate.ts";
import { sharedToken } from "../../http/carriers/authentication/shared_token.ts";
import { readHeader, readSecrets, secretsOf, variableOf } from "../../http/carriers/settings.ts";
import { exitCodes, Failure } from "./failure.ts";

export interface VerifyFlags {
  readonly carrier: string;
  readonly secret?: readonly string[];
  readonly header?: ReadonlyMap<string, string>;
  readonly tokenHeader?: string;
  readonly url?: string;
  readonly token?: string;
  readonly now?: number;
}

/** What to print of a callback that is authentic; one that is not is a `Failure`. */
export async function verify(
  adapter: CarrierAdapter,
  flags: VerifyFlags,
  body: () => Promise<Uint8Array>,
): Promise<string> {
  const configured = configuredBy(adapter, flags), headers = flags.header ?? new Map<string, string>();
  const request: SignedRequest = {
    header: (name) => headers.get(name),
    token: flags.token ?? tokenOf(flags.url),
    body: await body(),
    nowMs: flags.now === undefined ? Date.now() : flags.now * 1000,
  };
  const verdict = await judge(adapter, request, { configured, headers });
  if (verdict.authentic) return "Authentic";
  throw new Failure(`Not authentic: ${verdict.why}`);
}

/**
 * Where the subscriber chooses the token's header and none is configured, any header that was given here may be it: whoever types it
 * has chosen it. The server never does this, or a token that leaked into some other header would do.
 */
async function judge(
  adapter: CarrierAdapter,
  request: SignedRequest,
  { configured, headers }: {
    readonly configured: CarrierSecrets;
    readonly headers: ReadonlyMap<string, string>;
  },
): Promise<Verdict> {
  const verdict = await adapter.authenticate(request, configured);
  if (verdict.authentic || configured.header !== undefined || adapter.authenticate !== sharedToken) {
    return verdict;
  }
  let last: Verdict = verdict;
  for (const header of headers.keys()) {
    last = await adapter.authenticate(request, { ...configured, header });
    if (last.authentic) break;
  }
  return last;
}

function configuredBy(adapter: CarrierAdapter, { secret, tokenHeader }: VerifyFlags): CarrierSecrets {
  const inEnvironment = secretsOf(process.env, adapter.name);
  const secrets = secret === undefined
    ? inEnvironment.secrets
    : secret.flatMap((one) => readSecrets(one, "--secret"));
  if (secrets.length === 0) {
    throw new Failure(
      `Cannot verify without a secret: give --secret, or set ${variableOf(adapter.name, "SECRET")}`,
      { exitCode: exitCodes.misused },
    );
  }
  const header = tokenHeader === undefined ? inEnvironment.header : readHeader(tokenHeader, "--token-header");
  return header === undefined ? { secrets } : { secrets, header };
}

/** Headers by their names in lower case; one that comes twice is joined by a comma, as HTTP has it. */
export function headerFlag(
  line: string,
  earlier: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const [, name, value] = /^([^:\s]+)\s*:(.*)$/s.exec(line) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError("It must be a name and a value, as in 'X-Token: abc'.");
  }
  const key = name.toLowerCase(), before = earlier.get(key);
  const joined = before === undefined ? value.trim() : `${before}, ${value.trim()}`;
  return new Map([...earlier, [key, joined]]);
}

function tokenOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  // A path with its query is enough: the host does not matter.
  if (URL.canParse(url, "http://localhost")) {
    return new URL(url, "http://localhost").searchParams.get("token") ?? undefined;
  }
  throw new Failure(`Cannot use --url ${url}: it is not a URL`, { exitCode: exitCodes.misused });
}
