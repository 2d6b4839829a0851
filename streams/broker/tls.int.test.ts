import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestNats, type TestNats } from "../../ops/testing/nats.ts";
import { openLink, type TlsFiles } from "./link.ts";

let folder: string, asking: TestNats, plain: TestNats;
const pem = (name: string) => readFile(join(folder, name), "utf8");

/** An authority, and a certificate of it for this machine's own address. */
async function makeCertificates(): Promise<void> {
  const openssl = (...args: string[]) => promisify(execFile)("openssl", args, { cwd: folder });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  await openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test authority");
  await openssl("req", ...key, "-keyout", "own.key", "-out", "own.csr", "-subj", "/CN=127.0.0.1");
  await writeFile(join(folder, "names"), "subjectAltName=IP:127.0.0.1,DNS:localhost");
  const signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"];
  await openssl("x509", "-req", "-in", "own.csr", "-out", "own.pem", ...signing);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-tls-"));
  await makeCertificates();
  const path = (name: string) => JSON.stringify(join(folder, name));
  asking = await startTestNats({
    config: `tls { cert_file: ${path("own.pem")}, key_file: ${path("own.key")}, ca_file: ${
      path("ca.pem")
    }, verify: true }`,
  });
  plain = await startTestNats();
});
afterAll(async () => {
  await asking?.stop();
  await plain?.stop();
  await rm(folder, { recursive: true, force: true });
});

const open = (url: string, tls?: TlsFiles, connectMsMax = 1_000) =>
  openLink({ servers: url, name: "tls test", connectMsMax, token: "secret", ...(tls && { tls }) });
const secured = ({ port }: TestNats) => `tls://127.0.0.1:${port}`;

describe("TLS to NATS", () => {
  test("is spoken with a server whose authority we know and that knows ours", async () => {
    const files = { ca: await pem("ca.pem"), cert: await pem("own.pem"), key: await pem("own.key") };
    for (const url of [secured(asking), asking.url]) {
      const link = await open(url, files, 60_000);
      expect(link.nc.info).toMatchObject({ tls_required: true, tls_verify: true });
      await link.nc.flush();
      await link.close();
    }
  });

  test("is refused where nobody we know has signed for the server, or where we do not say who we are", async () => {
    await expect(open(secured(asking))).rejects.toThrow("Cannot connect to NATS");
    await expect(open(secured(asking), { ca: await pem("ca.pem") })).rejects.toThrow(
      "Cannot connect to NATS",
    );
  });

  test("is never left out, once it was asked for", async () => {
    await expectNoTls(secured(plain));
    await expectNoTls(plain.url, { ca: await pem("ca.pem") });
    const overheard: string[] = [], server = await pretending(overheard);
    const { port } = server.address() as { readonly port: number };
    await expect(open(`tls://127.0.0.1:${port}`)).rejects.toThrow("Cannot connect to NATS");
    expect(overheard.join("")).not.toContain("secret");
    server.close();
  });
});

/** What is told is how the last try ended, which its limit may have cut short: then it is asked once more, and refused each time. */
async function expectNoTls(url: string, tls?: TlsFiles): Promise<void> {
  for (let said = ""; !said.includes("does not support 'tls'");) {
    said = await open(url, tls).then(() => "connected", String);
    expect(said).toContain("Cannot connect to NATS");
  }
}

/** Somebody in the middle, who says that there is no TLS. */
async function pretending(overheard: string[]): Promise<Server> {
  const info = {
    server_id: "x",
    version: "2.15.0",
    proto: 1,
    headers: true,
    max_payload: 8 << 20,
    jetstream: true,
  };
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => void overheard.push(String(bytes)));
    socket.write(`INFO ${JSON.stringify(info)}\r\n`);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}
