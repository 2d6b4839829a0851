import { createTransport } from "nodemailer";
import { type Outgoing, type Sender, SendFailed, type SendProblem } from "./sender.ts";

export interface SmtpOptions {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise STARTTLS where it is offered. */
  readonly secure: boolean;
  /** Refuse to go on without STARTTLS: always when there is a password. */
  readonly requireTls: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
  /** Trusted besides the usual authorities: PEM. */
  readonly ca?: string;
  readonly from: string;
  readonly limits?: Partial<typeof smtpLimits>;
}
export const smtpLimits = {
  connectMsMax: 10_000,
  socketMsMax: 30_000,
  connectionsMax: 4,
  perConnectionMax: 100,
} as const;

/** E-mail by SMTP, over connections that are kept for a while. */
export function smtpSender(options: SmtpOptions): Sender {
  const { host, port, secure, requireTls, auth, ca, from } = options;
  const { connectMsMax, socketMsMax, connectionsMax, perConnectionMax } = {
    ...smtpLimits,
    ...options.limits,
  };
  const transport = createTransport({
    ...{ host, port, secure, requireTLS: requireTls, pool: true },
    ...{ maxConnections: connectionsMax, maxMessages: perConnectionMax },
    ...{ connectionTimeout: connectMsMax, greetingTimeout: connectMsMax, socketTimeout: socketMsMax },
    ...(auth && { auth }),
    ...(ca !== undefined && { tls: { ca } }),
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  const domain = /@([^\s@>]+)>?\s*$/.exec(from)?.[1] ?? "localhost";
  return {
    channel: "email",
    send: async ({ deliveryId, address, message }: Outgoing) => {
      const { subject = "", text, html, headers } = message;
      try {
        await transport.sendMail({
          from,
          to: { name: "", address },
          ...{ subject, text, headers: { ...headers } },
          ...(html !== undefined && { html }),
          messageId: `<${deliveryId}@${domain}>`,
        });
      } catch (error) {
        throw failureOf(error, address);
      }
    },
    close: () => transport.close(),
  };
}

interface SmtpError {
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
}

/** RFC 5321: what begins with 5 will not change, what begins with 4 may; only what was said of the recipient or the text is theirs. */
function failureOf(error: unknown, address: string): SendFailed {
  if (!(error instanceof Error)) return new SendFailed("provider", String(error));
  const { code, responseCode = 0, command = "" } = error as SmtpError;
  const ofMessage = /^(RCPT TO|DATA)/.test(command) || code === "EENVELOPE" || code === "EMESSAGE";
  let problem: SendProblem = "provider";
  if (ofMessage && responseCode >= 500) problem = "never";
  else if (ofMessage && responseCode >= 400 && responseCode !== 421) problem = "later";
  else if (code === "EENVELOPE" && responseCode === 0) problem = "never"; // Nothing that SMTP can be told as an address.
  const said = error.message.replaceAll(address, "the recipient").replace(/[^\s<>]+@[^\s<>]+/g, "…");
  return new SendFailed(problem, `Cannot send e-mail: ${said}`, error);
}
