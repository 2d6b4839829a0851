import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import webPush from "web-push";
import { startTestSmtp, type TestSmtp, type TestSmtpOptions } from "../../../ops/testing/smtp.ts";
import { mailOf } from "../message.ts";
import { sampleNotice } from "../testing/samples.ts";
import { type SmtpOptions, smtpSender } from "./smtp.ts";
import { smsSender } from "./sms.ts";
import { webPushSender } from "./web_push.ts";

/** Real conversations with a mail server, and with what stands for a gateway and a push service. */

let closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
});

async function mail(options: TestSmtpOptions = {}, change: Partial<SmtpOptions> = {}) {
  const smtp: TestSmtp = await startTestSmtp(options);
  const sender = smtpSender({
    ...{
      host: "localhost",
      port: smtp.port,
      secure: false,
      requireTls: false,
      from: "Shop <orders@shop.example>",
    },
    ...change,
  });
  closing.push(() => sender.close(), () => smtp.stop());
  const message = mailOf(sampleNotice("exception", "de", { name: "Zoë" }), () => undefined);
  const send = (address = "ada@example.org") => sender.send({ deliveryId: "0123abcd", address, message });
  return { smtp, send };
}

/** A certificate for localhost that is its own authority. */
function certificate() {
  const folder = mkdtempSync(join(tmpdir(), "waybill-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  execFileSync("openssl", [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "2",
    ...subject,
    "-keyout",
    key,
    "-out",
    cert,
  ], {
    stdio: "ignore",
  });
  try {
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const auth = { user: "shop", pass: "s3cret" };

describe("by SMTP", () => {
  test("a mail has both parts, its own id and no more recipients than one", async () => {
    const { smtp, send } = await mail();
    await send();
    const [received] = smtp.mails;
    expect(received).toMatchObject({ from: "orders@shop.example", to: ["ada@example.org"] });
    expect(received?.headers.get("message-id")).toBe("<0123abcd@shop.example>");
    expect(received?.headers.get("to")).toBe("ada@example.org");
    expect(received?.raw).toContain("Content-Type: text/plain; charset=utf-8");
    expect(received?.raw).toContain("Content-Type: text/html; charset=utf-8");
    expect(received?.headers.get("subject")).toMatch(/^=\?UTF-8\?|Problem/);
  });

  test("with STARTTLS and a password where the server asks for them", async () => {
    const tls = certificate();
    const { smtp, send } = await mail({ tls, auth }, { auth, requireTls: true, ca: tls.cert });
    await send();
    expect(smtp.mails).toMatchObject([{ tls: true, user: "shop" }]);
  });

  test("a password goes to no server that offers no STARTTLS, or has a certificate that nobody knows", async () => {
    const bare = await mail({ auth }, { auth, requireTls: true });
    await expect(bare.send()).rejects.toMatchObject({ problem: "provider" });
    const unknown = await mail({ tls: certificate(), auth }, { auth, requireTls: true });
    await expect(unknown.send()).rejects.toMatchObject({ problem: "provider" });
    expect([...bare.smtp.mails, ...unknown.smtp.mails]).toEqual([]);
  });

  test.each(
    [
      [550, "recipient", "never"],
      [450, "recipient", "later"],
      [421, "recipient", "provider"],
      [554, "data", "never"],
      [451, "data", "later"],
    ] as const,
  )("%i said of the %s means %s, and no address is told", async (code, at, problem) => {
    const { smtp, send } = await mail();
    smtp.trouble = { code, at };
    const failure = await send().then(() => undefined, (error) => error);
    expect(failure).toMatchObject({ name: "SendFailed", problem });
    expect(failure.message).not.toContain("example.org");
    smtp.trouble = undefined;
    await send();
    expect(smtp.mails).toHaveLength(1);
  });

  test("a server that is away, or wants another password, concerns everybody", async () => {
    const { smtp, send } = await mail();
    await smtp.stop();
    await expect(send()).rejects.toMatchObject({ problem: "provider" });
    await smtp.start();
    await send();
    const tls = certificate(), wrong = { user: "shop", pass: "wrong" };
    const other = await mail({ tls, auth }, { auth: wrong, requireTls: true, ca: tls.cert });
    await expect(other.send()).rejects.toMatchObject({ problem: "provider" });
  });

  test("what is no address is no reason to stop, and no way to more recipients or headers", async () => {
    const { smtp, send } = await mail();
    const tries = [
      "nobody",
      "a@example.org\r\nBcc: b@example.org",
      "a@example.org, b@example.org",
      "<a@example.org>\nX: y",
    ];
    for (const address of tries) {
      const failure = await send(address).then(() => undefined, (error) => error);
      if (failure) expect(failure).toMatchObject({ problem: "never" });
    }
    for (const { to, raw } of smtp.mails) {
      expect(to).toHaveLength(1);
      expect(raw).not.toMatch(/^(Bcc|X):/m);
    }
  });
});

interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Answers each request with the status, and keeps what it was asked. */
async function service(status: () => number) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Uint8Array[] = [];
    request.on("data", (part: Uint8Array) => parts.push(part));
    request.on("end", () => {
      const body = parts.map((part) => new TextDecoder().decode(part)).join("");
      asked.push({ url: request.url ?? "", headers: request.headers, body });
      response.writeHead(status()).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closing.push(() => void server.close());
  const address = server.address(), port = typeof address === "object" && address !== null ? address.port : 0;
  return { asked, url: `http://127.0.0.1:${port}/send` };
}

describe("by text message", () => {
  test("a gateway is asked with a key by which it knows a repetition", async () => {
    let status = 202;
    const { asked, url } = await service(() => status);
    const sender = smsSender({ url, token: "t0ken", from: "Shop" });
    const send = () =>
      sender.send({ deliveryId: "id-1", address: "+441632960001", message: { text: "Grüße" } });
    await send();
    expect(asked[0]?.headers).toMatchObject({ authorization: "Bearer t0ken", "idempotency-key": "id-1" });
    expect(JSON.parse(asked[0]?.body ?? ""))
      .toEqual({ to: "+441632960001", from: "Shop", text: "Grüße" });
    for (
      const [answered, problem] of [[503, "provider"], [401, "provider"], [404, "provider"], [
        422,
        "never",
      ]] as const
    ) {
      status = answered;
      await expect(send()).rejects.toMatchObject({ problem });
    }
  });
});

describe("by web push", () => {
  const { publicKey, privateKey } = webPush.generateVAPIDKeys();
  const vapid = { publicKey, privateKey, subject: "mailto:shop@example.org" };
  const keys = { p256dh: webPush.generateVAPIDKeys().publicKey, auth: randomBytes(16).toString("base64url") };
  const outgoing = (endpoint: string) => ({
    ...{ deliveryId: "0".repeat(32), address: JSON.stringify({ endpoint, keys }) },
    message: { subject: "Delivered", text: "It is there.", headers: { url: "https://shop.example/t/x" } },
  });

  test("the service is given what only the browser can read", async () => {
    let status = 201;
    const { asked, url } = await service(() => status);
    const sender = webPushSender({ ...vapid, allowPrivate: true });
    await sender.send(outgoing(url));
    expect(asked[0]?.headers).toMatchObject({ "content-encoding": "aes128gcm", topic: "0".repeat(32) });
    expect(asked[0]?.headers.authorization).toMatch(/^vapid t=/);
    expect(asked[0]?.body).not.toContain("Delivered");
    for (
      const [answered, problem] of [[410, "gone"], [404, "gone"], [503, "later"], [400, "never"]] as const
    ) {
      status = answered;
      await expect(sender.send(outgoing(url))).rejects.toMatchObject({ problem });
    }
  });

  test("an endpoint in our own network is asked nothing", async () => {
    const { asked, url } = await service(() => 201);
    const sender = webPushSender({ ...vapid, allowPrivate: false });
    for (
      const endpoint of [
        url,
        url.replace("http:", "https:"),
        url.replace("http://127.0.0.1", "https://localhost"),
      ]
    ) {
      await expect(sender.send(outgoing(endpoint))).rejects.toMatchObject({ problem: "gone" });
    }
    expect(asked).toEqual([]);
  });
});
