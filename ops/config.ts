import type { z } from "zod";
import type { Branding } from "../http/tracking/view.ts";
import type { Credentials } from "../streams/broker/link.ts";
import type { CaseRules } from "./case_rules.ts";
import type { DelayRules } from "./delay_rules.ts";
import { accessOf } from "./nats_access.ts";
import { environment, fileNames, type LogLevel, type Name, secretNames } from "./environment.ts";
import { type SellersConfig, sellersOf } from "./sellers.ts";
import { brandingOf, shopAsSeller } from "./shop.ts";
import { withoutCredentials } from "./without_credentials.ts";
import { incompleteIn, type NotificationsConfig, notificationsOf } from "./notifications.ts";

export interface Config {
  /** The user's own servers; absent: the embedded one's address comes from `runtime.json`. */
  readonly natsUrl?: string;
  readonly natsAccess: Credentials;
  readonly databaseUrl?: string;
  readonly port: number;
  readonly host: string;
  /** Where customers see the edge; absent: where each request came to. */
  readonly publicUrl?: string;
  /** Where a process that is no edge tells /livez, /readyz and /metrics; absent: nowhere. */
  readonly healthPort?: number;
  /** This machine's own address, unless somebody else is to ask. */
  readonly healthHost: string;
  /** The edge counts as ready only when these answer 200 as well. */
  readonly readyWith: readonly string[];
  /** Make the log when it is not there: one partition, one copy. */
  readonly initLog: boolean;
  /** The folder that holds everything the embedded profile stores. */
  readonly dataDir: string;
  /** The shop, as its customers know it. */
  readonly branding: Branding;
  /** The legal entities that sell, and on which channels. */
  readonly sellers: SellersConfig;
  /** How long after its delivery an order's goods may come back; absent: for ever, and orders never close. */
  readonly returnWindowMs?: number;
  /** By which ways customers are told what happens. */
  readonly notifications: NotificationsConfig;
  /** When parcels count as late, where the shop says so itself. */
  readonly delayRules?: DelayRules;
  /** Which problems of parcels are cases, and whose, where the shop says so itself. */
  readonly caseRules?: CaseRules;
  readonly bootstrapKey?: string;
  /** Keys the HMAC of request fingerprints, and seals the secrets of webhook endpoints. */
  readonly secret?: string;
  /** For development: webhook endpoints may be `http:`, and in our own network. */
  readonly privateWebhooks: boolean;
  /** How often the system is verified; `Infinity`: only when somebody asks. */
  readonly verifyEveryMs: number;
  /** Who acts at the command line, where the user of the machine does not say it. */
  readonly operator?: string;
  readonly logLevel: LogLevel;
  readonly telemetry: TelemetryConfig;
}
export interface TelemetryConfig {
  readonly serviceName: string;
  /** True when an OTLP endpoint is configured; the SDK itself reads the rest of `OTEL_*`. */
  readonly traces: boolean;
  /** `OTEL_DENO=true`: Deno owns OpenTelemetry's globals, and a second owner would only fight it. */
  readonly ownedByDeno: boolean;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config; readonly printable: Readonly<Record<string, string>> }
  /** One sentence for each thing that is wrong; none holds a secret. */
  | { readonly ok: false; readonly problems: readonly string[] };

export type Environment = Readonly<Record<string, string | undefined>>;

/** Parses the environment; `readText` reads the files that `NAME_FILE` variables point to. */
export function readConfig(env: Environment, readText: (path: string) => string): ConfigResult {
  const problems: string[] = [];
  const given: Record<string, string> = {};
  for (const name of Object.keys(environment.shape) as Name[]) {
    const value = valueOf(name, env, readText, problems);
    if (value !== undefined) given[name] = value;
  }
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    problems.push(
      ...parsed.error.issues.map((issue) => problemOf(String(issue.path[0]), issue.message, given)),
    );
  }
  const access = accessOf(parsed.data ?? {}, readText, problems);
  problems.push(...incompleteIn(parsed.data ?? {}));
  const branding = brandingOf(parsed.data ?? {});
  const shop = shopAsSeller(parsed.data ?? {});
  const sellers = sellersOf(parsed.data?.WAYBILL_SELLERS, shop, readText, problems);
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    config: configOf(parsed.data, { natsAccess: access, branding, sellers }),
    printable: redacted(parsed.data),
  };
}

/** An empty variable counts as absent: that is how shells and compose files unset one. */
function valueOf(
  name: Name,
  env: Environment,
  readText: (path: string) => string,
  problems: string[],
): string | undefined {
  const direct = env[name] || undefined;
  const path = fileNames.includes(name) ? env[`${name}_FILE`] || undefined : undefined;
  if (path === undefined) return direct;
  if (direct !== undefined) {
    problems.push(`Cannot use ${name} and ${name}_FILE together: set one of them`);
    return undefined;
  }
  try {
    const value = readText(path).trim();
    if (value === "") problems.push(`Cannot use ${name}_FILE: ${path} is empty`);
    return value || undefined;
  } catch (error) {
    problems.push(`Cannot read ${name}_FILE: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function problemOf(name: string, message: string, given: Readonly<Record<string, string>>): string {
  const shown = fileNames.some((one) => one === name) ? "" : `=${given[name] ?? ""}`;
  return `Cannot use ${name}${shown}: it ${message}`;
}

type Made = Pick<Config, "natsAccess" | "branding" | "sellers">;

function configOf(env: z.infer<typeof environment>, made: Made): Config {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  return {
    port: env.WAYBILL_PORT,
    host: env.WAYBILL_HOST,
    notifications: notificationsOf(env),
    ...(env.WAYBILL_PUBLIC_URL === undefined ? {} : { publicUrl: env.WAYBILL_PUBLIC_URL }),
    ...(env.WAYBILL_DELAY_RULES === undefined ? {} : { delayRules: env.WAYBILL_DELAY_RULES }),
    ...(env.WAYBILL_CASE_RULES === undefined ? {} : { caseRules: env.WAYBILL_CASE_RULES }),
    ...(env.WAYBILL_RETURN_WINDOW === Infinity ? {} : { returnWindowMs: env.WAYBILL_RETURN_WINDOW }),
    healthHost: env.WAYBILL_HEALTH_HOST,
    dataDir: env.WAYBILL_DATA,
    initLog: env.WAYBILL_LOG_INIT === true,
    readyWith: env.WAYBILL_READY_WITH?.split(",") ?? [],
    privateWebhooks: env.WAYBILL_WEBHOOKS_PRIVATE === true,
    logLevel: env.WAYBILL_LOG_LEVEL,
    verifyEveryMs: env.WAYBILL_VERIFY_EVERY,
    ...(env.WAYBILL_HEALTH_PORT === undefined ? {} : { healthPort: env.WAYBILL_HEALTH_PORT }),
    ...(env.NATS_URL === undefined ? {} : { natsUrl: env.NATS_URL }),
    ...made,
    ...(env.DATABASE_URL === undefined ? {} : { databaseUrl: env.DATABASE_URL }),
    ...(env.WAYBILL_BOOTSTRAP_KEY === undefined ? {} : { bootstrapKey: env.WAYBILL_BOOTSTRAP_KEY }),
    ...(env.WAYBILL_OPERATOR === undefined ? {} : { operator: env.WAYBILL_OPERATOR }),
    ...(env.WAYBILL_SECRET === undefined ? {} : { secret: env.WAYBILL_SECRET }),
    telemetry: {
      serviceName: env.OTEL_SERVICE_NAME,
      traces: endpoint !== undefined && env.OTEL_SDK_DISABLED !== true,
      ownedByDeno: env.OTEL_DENO === true,
    },
  };
}

/** What may be printed at start: secrets as `***`, and URLs without the user and password inside. */
function redacted(env: z.infer<typeof environment>): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    shown[name] = secretNames.some((one) => one === name)
      ? "***"
      : withoutCredentials(typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  return shown;
}
