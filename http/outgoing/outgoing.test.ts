import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { retryAfterMs } from "./backoff.ts";
import { AddressRefused, refusalOf, sendOutgoing } from "./outgoing.ts";
import { isPublicAddress } from "./public_address.ts";

let server: Server, port = 0;
const heard: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    const parts: Uint8Array[] = [];
    request.on("data", (part: Uint8Array) => parts.push(part));
    request.on("end", () => {
      const body = parts.map((part) => new TextDecoder().decode(part)).join("");
      heard.push(`${request.method} ${request.url} ${request.headers["content-type"]} ${body}`);
      if (request.url === "/elsewhere") return response.writeHead(302, { location: "/there" }).end();
      if (request.url === "/endless") return void response.write("x".repeat(100_000));
      if (request.url === "/never") return undefined;
      if (request.url === "/switch") {
        return void request.socket.write(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n",
        );
      }
      response.writeHead(201, { "x-said": "yes" }).end("taken");
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise<void>((done) => void server.close(() => done()));
});

const here = (path: string) => `http://localhost:${port}${path}`;

describe("addresses", () => {
  test.each([
    ...["127.0.0.1", "10.1.2.3", "172.31.255.255", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"],
    ...["224.0.0.1", "255.255.255.255", "198.18.0.1", "::", "::1", "fe80::1", "fd00::1", "ff02::1"],
    ...[
      "::ffff:127.0.0.1",
      "::ffff:8.8.8.8",
      "64:ff9b::7f00:1",
      "2001:db8::1",
      "2002:7f00:1::",
      "fe80::1%eth0",
    ],
    "not an address",
  ])("%s is not public", (address) => expect(isPublicAddress(address)).toBe(false));

  test.each([
    "8.8.8.8",
    "172.32.0.1",
    "100.128.0.1",
    "192.167.255.255",
    "2a00:1450:4001::5e",
    "2606:4700::1111",
  ])(
    "%s is",
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test.each([
    ["http://shop.example/hook", "https://"],
    ["https://127.0.0.1/hook", "not public"],
    ["https://2130706433/hook", "not public"], // 127.0.0.1, as one number
    ["https://0x7f.1/hook", "not public"],
    ["https://[::1]/hook", "not public"],
    ["https://[::ffff:10.0.0.1]/hook", "not public"],
    ["https://user:secret@shop.example/", "a user or a password"],
    ["ftp://shop.example/", "https://"],
    ["shop.example", "not a URL"],
  ])("%s is refused", (url, why) => expect(refusalOf(url, { allowPrivate: false })).toContain(why));

  test("https to a name is not refused before its address is known", () => {
    expect(refusalOf("https://shop.example:8443/hook", { allowPrivate: false })).toBeUndefined();
    expect(refusalOf("http://10.0.0.1/hook", { allowPrivate: true })).toBeUndefined();
  });
});

describe("sending", () => {
  test("says what was answered", async () => {
    const request = { headers: { "content-type": "application/json" }, body: `{"ä":1}` };
    expect(await sendOutgoing(here("/ok"), request, { allowPrivate: true }))
      .toMatchObject({ status: 201, body: "taken", headers: { "x-said": "yes" } });
    expect(heard.at(-1)).toBe(`POST /ok application/json {"ä":1}`);
  });

  test("follows nobody elsewhere", async () => {
    expect((await sendOutgoing(here("/elsewhere"), {}, { allowPrivate: true })).status).toBe(302);
    expect(heard.at(-1)).toContain("/elsewhere");
  });

  test("reads no more of an answer than it keeps", async () => {
    const options = { allowPrivate: true, limits: { answerBytesMax: 1_000 } };
    expect((await sendOutgoing(here("/endless"), {}, options)).body).toBe("x".repeat(1_000));
  });

  test("waits no longer than it may", async () => {
    const options = { allowPrivate: true, limits: { requestMsMax: 50 } };
    await expect(sendOutgoing(here("/never"), {}, options)).rejects.toThrow();
  });

  test("gives up one who wants to speak another protocol", async () => {
    const request = { method: "GET" as const };
    await expect(sendOutgoing(here("/switch"), request, { allowPrivate: true })).rejects.toThrow(
      "another protocol",
    );
  });

  test("a name whose address is not public is refused when the connection is made", async () => {
    const before = heard.length;
    const asked = sendOutgoing(`https://localhost:${port}/ok`, {}, { allowPrivate: false });
    await expect(asked).rejects.toBeInstanceOf(AddressRefused);
    expect(heard.length).toBe(before);
  });
});

describe("trying again", () => {
  test("is soon at first, then rare, over days, and ends", () => {
    const waits = Array.from({ length: 15 }, (_, i) => retryAfterMs(i + 1, 1) ?? 0);
    expect(waits.slice(0, 3)).toEqual([5_000, 20_000, 80_000]);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits.reduce((sum, ms) => sum + ms, 0) / 3_600_000).toBeGreaterThan(48);
    expect(retryAfterMs(16, 0.5)).toBeUndefined();
  });

  test("is spread", () => {
    expect([0, 0.5, 1].map((random) => retryAfterMs(3, random))).toEqual([40_000, 60_000, 80_000]);
  });
});
