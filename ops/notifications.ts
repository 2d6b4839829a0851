import { z } from "zod";
import type { SmsOptions } from "../http/notifications/senders/sms.ts";
import type { SmtpOptions } from "../http/notifications/senders/smtp.ts";
import type { WebPushOptions } from "../http/notifications/senders/web_push.ts";

const text = z.string().max(4_096, "is longer than 4096 characters");
const urlOf = (schemes: string, pattern: RegExp) =>
  text.refine((value) => pattern.test(value) && URL.canParse(value), {
    error: `is not a URL that starts with ${schemes}`,
  });
const flag = z.enum(["true", "false", "1", "0"], { error: "is neither true nor false" })
  .transform((value) => value === "true" || value === "1");
const hours = z.string().regex(/^\d{1,4}$/, "is not a number of hours").transform(Number)
  .refine((value) => value >= 1 && value <= 720, { error: "is not between 1 and 720 hours" });

/** What the environment may say of messages to customers. */
const environment = {
  WAYBILL_SMTP_URL: urlOf("smtp:// or smtps://", /^smtps?:\/\//).optional(),
  WAYBILL_SMTP_CA: text.optional(),
  WAYBILL_MAIL_FROM: text.regex(
    /^([^<>"\p{Cc}]{1,100} )?<?[^\s@<>"]+@[^\s@<>"]+>?$/u,
    "is not an address such as Corner Shop <orders@shop.example>",
  ).optional(),
  WAYBILL_SMS_URL: urlOf("https:// or http://", /^https?:\/\//).optional(),
  WAYBILL_SMS_TOKEN: text.optional(),
  WAYBILL_SMS_FROM: text.regex(/^\+?[\w ]{1,15}$/, "is neither a number nor a name of at most 15 characters")
    .optional(),
  WAYBILL_VAPID_PUBLIC_KEY: text.regex(/^[\w-]{87}$/, "is not a VAPID key: 87 characters of base64url")
    .optional(),
  WAYBILL_VAPID_PRIVATE_KEY: text.regex(/^[\w-]{43}$/, "is not a VAPID key: 43 characters of base64url")
    .optional(),
  WAYBILL_VAPID_SUBJECT: text.regex(/^(mailto:|https:\/\/)\S+$/, "starts with neither mailto: nor https://")
    .optional(),
  WAYBILL_TEMPLATES: text.optional(),
  WAYBILL_NOTIFY_HOURS_MAX: hours.default(72),
  WAYBILL_INBOX: flag.optional(),
  WAYBILL_OUTGOING_PRIVATE: flag.optional(),
} as const;
type Said = z.infer<z.ZodObject<typeof environment>>;
export const messageVariables = {
  environment,
  secrets: ["WAYBILL_SMS_TOKEN", "WAYBILL_VAPID_PRIVATE_KEY"],
  /** The URL may hold a password. */
  files: ["WAYBILL_SMTP_URL"],
} as const;

export interface NotificationsConfig {
  readonly smtp?: Omit<SmtpOptions, "ca"> & { readonly caFile?: string };
  readonly sms?: SmsOptions;
  readonly push?: WebPushOptions;
  /** With which browsers subscribe; all that an edge needs to know. */
  readonly pushKey?: string;
  /** A folder with the shop's own templates. */
  readonly templates?: string;
  /** Older news is none. */
  readonly ageMsMax: number;
  /** Development: what no provider takes goes to `/dev/inbox`. */
  readonly inbox: boolean;
  /** Development: strangers' URLs may lead into our own network. */
  readonly outgoingPrivate: boolean;
}

const needed = [
  ["WAYBILL_SMTP_URL", "WAYBILL_MAIL_FROM"],
  ["WAYBILL_SMS_URL", "WAYBILL_SMS_FROM"],
  ["WAYBILL_VAPID_PRIVATE_KEY", "WAYBILL_VAPID_PUBLIC_KEY"],
  ["WAYBILL_VAPID_PRIVATE_KEY", "WAYBILL_VAPID_SUBJECT"],
  ["WAYBILL_SMTP_URL", "WAYBILL_PUBLIC_URL"],
  ["WAYBILL_SMS_URL", "WAYBILL_PUBLIC_URL"],
] as const;

/** What one variable needs of another. */
export function incompleteIn(
  env: Partial<Said> & { readonly WAYBILL_PUBLIC_URL?: string | undefined },
): string[] {
  return needed.filter(([one, other]) => env[one] !== undefined && env[other] === undefined)
    .map(([one, other]) => `Cannot use ${one} without ${other}: set both`);
}

export function notificationsOf(env: Said): NotificationsConfig {
  const smtp = smtpOf(env), sms = smsOf(env), push = pushOf(env);
  return {
    ...(smtp && { smtp }),
    ...(sms && { sms }),
    ...(push && { push }),
    ...(env.WAYBILL_VAPID_PUBLIC_KEY !== undefined && { pushKey: env.WAYBILL_VAPID_PUBLIC_KEY }),
    ...(env.WAYBILL_TEMPLATES !== undefined && { templates: env.WAYBILL_TEMPLATES }),
    ageMsMax: env.WAYBILL_NOTIFY_HOURS_MAX * 3_600_000,
    inbox: env.WAYBILL_INBOX === true,
    outgoingPrivate: env.WAYBILL_OUTGOING_PRIVATE === true,
  };
}

function smtpOf(env: Said): NotificationsConfig["smtp"] {
  const { WAYBILL_SMTP_URL: url, WAYBILL_MAIL_FROM: from, WAYBILL_SMTP_CA: caFile } = env;
  if (url === undefined || from === undefined) return undefined;
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === "smtps:";
  return {
    ...{ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) || (secure ? 465 : 587), secure, from },
    requireTls: username !== "", // A password goes over no line that others can read.
    ...(username !== "" &&
      { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    ...(caFile !== undefined && { caFile }),
  };
}

function smsOf(
  { WAYBILL_SMS_URL: url, WAYBILL_SMS_FROM: from, WAYBILL_SMS_TOKEN: token }: Said,
): SmsOptions | undefined {
  return url === undefined || from === undefined
    ? undefined
    : { url, from, ...(token !== undefined && { token }) };
}

function pushOf(env: Said): WebPushOptions | undefined {
  const { WAYBILL_VAPID_PUBLIC_KEY: publicKey, WAYBILL_VAPID_PRIVATE_KEY: privateKey } = env;
  const subject = env.WAYBILL_VAPID_SUBJECT;
  if (publicKey === undefined || privateKey === undefined || subject === undefined) return undefined;
  return { publicKey, privateKey, subject, allowPrivate: env.WAYBILL_OUTGOING_PRIVATE === true };
}
