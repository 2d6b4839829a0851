import { z } from "zod";
import type { Branding } from "../http/tracking/view.ts";
import type { Credentials } from "../streams/broker/link.ts";
import type { DelaySettings } from "../actors/parcel/delay_rules.ts";
import { delayRules } from "./delay_rules.ts";
import { accessOf } from "./nats_access.ts";
import { brandingOf, shopEnvironment } from "./shop.ts";
import { withoutCredentials } from "./without_credentials.ts";
import {
  incompleteIn,
  messageVariables,
  type NotificationsConfig,
  notificationsOf,
} from "./notifications.ts";

/**
 * Everything that the environment may say, in one place. A variable that holds a secret may be given as `NAME_FILE` instead: the path
 * of a file that holds it, as container platforms mount secrets.
 */

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

const secretBytesMin = 16;
const textBytesMax = 4096;

const text = z.string().max(textBytesMax, `is longer than ${textBytesMax} characters`);
const secret = text.min(secretBytesMin, `is shorter than ${secretBytesMin} characters`);
const url = (schemes: readonly string[]) =>
  text.refine((value) => schemes.some((scheme) => value.startsWith(`${scheme}://`)) && URL.canParse(value), {
    error: `is not a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`,
  });
const natsSchemes = ["nats:", "tls:", "ws:", "wss:"];
const natsUrls = text.refine(
  (value) =>
    value.split(",").map((one) => one.includes("://") ? one.trim() : `nats://${one.trim()}`)
      .every((one) => URL.canParse(one) && natsSchemes.includes(new URL(one).protocol)),
  { error: "is not a NATS URL, or several separated by commas" },
);
const httpUrls = text.refine(
  (value) => value.split(",").every((one) => /^https?:/.test(one) && URL.canParse(one)),
  {
    error: "is not an http URL, or several separated by commas",
  },
);
const publicUrl = text.refine(
  (value) => /^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value,
  { error: "is not the beginning of a URL alone, such as https://shop.example" },
);
const port = z.string().regex(/^\d{1,5}$/, "is not a port number").transform(Number).refine(
  (value) => value <= 65_535,
  { error: "is not a port number (0 to 65535)" },
);
const listenAddress = text.regex(/^[\w.:-]+$/, "is not an address to listen at");
const flag = z.enum(["true", "false", "1", "0"], { error: "is neither true nor false" })
  .transform((value) => value === "true" || value === "1");

const environment = z.object({
  NATS_URL: natsUrls.optional(),
  NATS_TOKEN: text.optional(),
  NATS_USER: text.optional(),
  NATS_PASSWORD: text.optional(),
  NATS_CREDS: text.optional(),
  NATS_CA: text.optional(),
  NATS_CERT: text.optional(),
  NATS_KEY: text.optional(),
  NATS_INBOX_PREFIX: text.regex(/^[\w-]+(\.[\w-]+)*$/, "is not a subject without wildcards").optional(),
  DATABASE_URL: url(["postgres", "postgresql"]).optional(),
  WAYBILL_PORT: port.default(8080),
  WAYBILL_PUBLIC_URL: publicUrl.optional(),
  ...shopEnvironment,
  WAYBILL_DELAY_RULES: delayRules.optional(),
  ...messageVariables.environment,
  WAYBILL_HOST: listenAddress.default("127.0.0.1"),
  WAYBILL_HEALTH_PORT: port.optional(),
  WAYBILL_HEALTH_HOST: listenAddress.default("127.0.0.1"),
  WAYBILL_READY_WITH: httpUrls.optional(),
  WAYBILL_LOG_INIT: flag.optional(),
  WAYBILL_DATA: text.default(".waybill"),
  WAYBILL_BOOTSTRAP_KEY: secret.optional(),
  WAYBILL_SECRET: secret.optional(),
  WAYBILL_WEBHOOKS_PRIVATE: flag.optional(),
  WAYBILL_LOG_LEVEL: z.enum(logLevels, { error: `is not one of ${logLevels.join(", ")}` }).default("info"),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(["http", "https"]).optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url(["http", "https"]).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: text.optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.enum(["grpc", "http/protobuf", "http/json"], {
    error: "is not one of grpc, http/protobuf, http/json",
  }).optional(),
  OTEL_TRACES_SAMPLER: z.enum([
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
  ], { error: "is not a sampler that OpenTelemetry names" }).optional(),
  OTEL_TRACES_SAMPLER_ARG: text.regex(/^(0(\.\d+)?|1(\.0+)?)$/, "is not a ratio between 0 and 1").optional(),
  OTEL_SERVICE_NAME: text.default("waybill"),
  OTEL_SDK_DISABLED: flag.optional(),
  OTEL_DENO: flag.optional(),
});
type Name = keyof z.infer<typeof environment>;

/** Never printed, and never part of a problem's line. */
const secretNames: readonly Name[] = [
  "NATS_TOKEN",
  "NATS_PASSWORD",
  "WAYBILL_BOOTSTRAP_KEY",
  "WAYBILL_SECRET",
  "OTEL_EXPORTER_OTLP_HEADERS",
  ...messageVariables.secrets,
];
/** May be given as `<NAME>_FILE`; the URLs may carry a password. */
const fileNames: readonly Name[] = [
  ...secretNames,
  ...messageVariables.files,
  "DATABASE_URL",
  "NATS_URL",
  "NATS_USER",
];

/** Every variable that is looked at, for the checks of deployment files. */
export const variableNames: readonly string[] = [
  ...Object.keys(environment.shape),
  ...fileNames.map((name) => `${name}_FILE`),
];

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
  /** By which ways customers are told what happens. */
  readonly notifications: NotificationsConfig;
  /** When parcels count as late, where the shop says so itself. */
  readonly delayRules?: DelaySettings;
  readonly bootstrapKey?: string;
  /** Keys the HMAC of request fingerprints, and seals the secrets of webhook endpoints. */
  readonly secret?: string;
  /** For development: webhook endpoints may be `http:`, and in our own network. */
  readonly privateWebhooks: boolean;
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
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  return { ok: true, config: configOf(parsed.data, access), printable: redacted(parsed.data) };
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

function configOf(env: z.infer<typeof environment>, natsAccess: Credentials): Config {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  return {
    port: env.WAYBILL_PORT,
    host: env.WAYBILL_HOST,
    branding: brandingOf(env),
    notifications: notificationsOf(env),
    ...(env.WAYBILL_PUBLIC_URL === undefined ? {} : { publicUrl: env.WAYBILL_PUBLIC_URL }),
    ...(env.WAYBILL_DELAY_RULES === undefined ? {} : { delayRules: env.WAYBILL_DELAY_RULES }),
    healthHost: env.WAYBILL_HEALTH_HOST,
    dataDir: env.WAYBILL_DATA,
    initLog: env.WAYBILL_LOG_INIT === true,
    readyWith: env.WAYBILL_READY_WITH?.split(",") ?? [],
    privateWebhooks: env.WAYBILL_WEBHOOKS_PRIVATE === true,
    logLevel: env.WAYBILL_LOG_LEVEL,
    ...(env.WAYBILL_HEALTH_PORT === undefined ? {} : { healthPort: env.WAYBILL_HEALTH_PORT }),
    ...(env.NATS_URL === undefined ? {} : { natsUrl: env.NATS_URL }),
    natsAccess,
    ...(env.DATABASE_URL === undefined ? {} : { databaseUrl: env.DATABASE_URL }),
    ...(env.WAYBILL_BOOTSTRAP_KEY === undefined ? {} : { bootstrapKey: env.WAYBILL_BOOTSTRAP_KEY }),
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
