import { SMTPServer } from "smtp-server";
import { freePort } from "../local/ports.mjs";

/** A mail as the server was given it. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  /** Unfolded, by lower-case name; the first of each. */
  readonly headers: ReadonlyMap<string, string>;
  readonly tls: boolean;
  readonly user?: string;
}
export interface SmtpTrouble {
  readonly code: number;
  readonly at: "recipient" | "data";
}
export interface TestSmtp {
  readonly port: number;
  readonly mails: ReceivedMail[];
  /** Why connections broke off. */
  readonly brokenOff: string[];
  /** What is said instead of yes. */
  trouble: SmtpTrouble | undefined;
  /** It does not answer at its port any more. */
  stop(): Promise<void>;
  start(): Promise<void>;
}
export interface TestSmtpOptions {
  /** Offers STARTTLS with this. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Whoever sends must be this user. */
  readonly auth?: { readonly user: string; readonly pass: string };
}

/** A real SMTP server that keeps what it is given. */
export async function startTestSmtp({ tls, auth }: TestSmtpOptions = {}): Promise<TestSmtp> {
  const port = await freePort();
  let server: SMTPServer | undefined;
  const smtp: TestSmtp = {
    ...{ port, mails: [], brokenOff: [], trouble: undefined },
    start: async () => {
      server = serverOf(smtp, { ...(tls && { tls }), ...(auth && { auth }) });
      await new Promise<void>((done) => server?.listen(port, "127.0.0.1", () => done()));
    },
    stop: async () => {
      const stopping = server;
      server = undefined;
      await new Promise<void>((done) => stopping === undefined ? done() : stopping.close(() => done()));
    },
  };
  await smtp.start();
  return smtp;
}

function serverOf(smtp: TestSmtp, { tls, auth }: TestSmtpOptions): SMTPServer {
  const server = new SMTPServer({
    ...{
      logger: false,
      closeTimeout: 100,
      disabledCommands: [...(tls ? [] : ["STARTTLS"]), ...(auth ? [] : ["AUTH"])],
    },
    ...(tls ?? {}),
    ...{ authOptional: auth === undefined, allowInsecureAuth: true },
    onAuth: (given, _session, done) => {
      const known = given.username === auth?.user && given.password === auth?.pass;
      done(known ? null : refusal(535), known ? { user: given.username ?? "" } : undefined);
    },
    onRcptTo: (_address, _session, done) => {
      done(smtp.trouble?.at === "recipient" ? refusal(smtp.trouble.code) : null);
    },
    onData: (stream, session, done) => {
      const parts: Uint8Array[] = [];
      stream.on("data", (part: Uint8Array) => parts.push(part));
      stream.on("end", () => {
        if (smtp.trouble?.at === "data") return done(refusal(smtp.trouble.code));
        const raw = parts.map((part) => new TextDecoder().decode(part)).join("");
        const { mailFrom, rcptTo } = session.envelope;
        smtp.mails.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          ...{ raw, headers: headersOf(raw), tls: session.secure },
          ...(session.user !== undefined && { user: String(session.user) }),
        });
        done();
      });
    },
  });
  // A client that breaks off, since it does not know our certificate, say: that is its business, and what some tests want to see.
  server.on("error", (error) => smtp.brokenOff.push(error.message));
  return server;
}

const refusal = (responseCode: number) => Object.assign(new Error("not now, or never"), { responseCode });

function headersOf(raw: string): ReadonlyMap<string, string> {
  const head = raw.slice(0, raw.indexOf("\r\n\r\n")).replace(/\r\n[ \t]+/g, " "),
    headers = new Map<string, string>();
  for (const line of head.split("\r\n")) {
    const name = line.slice(0, line.indexOf(":")).toLowerCase();
    if (!headers.has(name)) headers.set(name, line.slice(line.indexOf(":") + 1).trim());
  }
  return headers;
}
