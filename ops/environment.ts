import { z } from "zod";
import { caseRules } from "./case_rules.ts";
import { delayRules } from "./delay_rules.ts";
import { messageVariables } from "./notifications.ts";
import { sellersVariable } from "./sellers_schema.ts";
import { hoursOrDays } from "./shop_rules.ts";
import { shopEnvironment } from "./shop.ts";

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
/** In milliseconds; `off` is `Infinity`. */
const offOrTime = (usual: string) =>
  text.default(usual).transform((value, context) => {
    const timeMs = value === "off" ? Infinity : hoursOrDays(value);
    if (timeMs !== undefined && timeMs > 0) return timeMs;
    context.addIssue({ code: "custom", message: 'is neither "off" nor hours or days, such as 24h or 7d' });
    return z.NEVER;
  });

export const environment = z.object({
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
  WAYBILL_SELLERS: sellersVariable.optional(),
  WAYBILL_RETURN_WINDOW: offOrTime("30d"),
  WAYBILL_DELAY_RULES: delayRules.optional(),
  WAYBILL_CASE_RULES: caseRules.optional(),
  ...messageVariables.environment,
  WAYBILL_HOST: listenAddress.default("127.0.0.1"),
  WAYBILL_HEALTH_PORT: port.optional(),
  WAYBILL_HEALTH_HOST: listenAddress.default("127.0.0.1"),
  WAYBILL_READY_WITH: httpUrls.optional(),
  WAYBILL_LOG_INIT: flag.optional(),
  WAYBILL_DATA: text.default(".waybill"),
  WAYBILL_OPERATOR: text.optional(),
  WAYBILL_VERIFY_EVERY: offOrTime("24h"),
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
export type Name = keyof z.infer<typeof environment>;

/** Never printed, and never part of a problem's line. */
export const secretNames: readonly Name[] = [
  "NATS_TOKEN",
  "NATS_PASSWORD",
  "WAYBILL_BOOTSTRAP_KEY",
  "WAYBILL_SECRET",
  "OTEL_EXPORTER_OTLP_HEADERS",
  ...messageVariables.secrets,
];
/** May be given as `<NAME>_FILE`; the URLs may carry a password. */
export const fileNames: readonly Name[] = [
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
