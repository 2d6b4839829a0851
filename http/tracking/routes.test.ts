import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTown, type Town } from "../testing/town.ts";
import { textsOf } from "./languages.ts";
import { FakeDesk } from "./testing/fake_desk.ts";
import { parcel, shop } from "./testing/samples.ts";

let town: Town, desk: FakeDesk;
beforeEach(async () => {
  desk = new FakeDesk();
  desk.views.set("abc", parcel("in_transit/departed_facility"));
  const limits = { trackingStreamsPerTokenMax: 2, eventHeartbeatMs: 20 };
  town = await openTown({ host: false, limits, deps: { tracking: { desk, branding: shop } } });
});
afterEach(() => town.close());

const get = (path: string, headers: Record<string, string> = {}) => town.app.request(path, { headers });

describe("GET /v1/tracking/{token}", () => {
  test("answers what the contract promises and nothing of the page, without a key", async () => {
    const response = await get("/v1/tracking/abc"), body = await response.json();
    expect(response.status).toBe(200);
    expect(Object.keys(body)).toEqual([
      ..."status subStatus statusAt carrier trackingNumber estimatedDelivery events".split(" "),
    ]);
    expect(body.events[1]).toEqual({
      status: "in_transit",
      subStatus: "accepted",
      at: "2026-11-16T11:40:00Z",
      location: "Shenzhen, CN",
      description: "Origin Scan",
      carrierCode: "X1",
    });
    expect(response.headers.get("x-robots-tag")).toContain("noindex");
  });

  test("304 until something changes", async () => {
    const etag = (await get("/v1/tracking/abc")).headers.get("etag")!;
    expect((await get("/v1/tracking/abc", { "if-none-match": etag })).status).toBe(304);
    desk.views.set("abc", parcel("delivered"));
    expect((await get("/v1/tracking/abc", { "if-none-match": etag })).status).toBe(200);
  });

  test.each(["xyz", "a b", "%00", "x".repeat(200)])("unknown token %j is a problem", async (token) => {
    const response = await get(`/v1/tracking/${encodeURIComponent(token)}`);
    expect([response.status, (await response.json()).type]).toEqual([404, "/problems/unknown-parcel"]);
  });
});

describe("GET /t/{token}", () => {
  test("is a page that may load nothing from elsewhere", async () => {
    const response = await get("/t/abc");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = response.headers.get("content-security-policy")!;
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).not.toMatch(/unsafe|https?:|data:|\*/);
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(response.headers.get("x-robots-tag")).toContain("noindex");
    for (const [, url] of (await response.text()).matchAll(/(?:href|src)="(\/t\/assets[^"]+)"/g)) {
      const asset = await get(url!);
      expect([asset.status, asset.headers.get("cache-control")]).toEqual([
        200,
        "public, max-age=31536000, immutable",
      ]);
    }
  });

  test("speaks the wished language, else the customer's, else the browser's", async () => {
    const spoken = async (path: string) =>
      /<html lang="(..)"/.exec(await (await get(path, { "accept-language": "fr" })).text())?.[1];
    expect(await spoken("/t/abc")).toBe("fr");
    desk.views.set("abc", parcel("in_transit", { language: "de-AT" }));
    expect(await spoken("/t/abc")).toBe("de");
    expect(await spoken("/t/abc?lang=es")).toBe("es");
    expect(await spoken("/t/nowhere")).toBe("fr");
  });

  test("unknown is a 404 page", async () => {
    const response = await get("/t/nowhere");
    expect([response.status, response.headers.get("content-type")]).toEqual([
      404,
      "text/html; charset=utf-8",
    ]);
    expect(await response.text()).toContain("We cannot find this parcel");
    expect((await get("/t/assets/nothing")).status).toBe(404);
  });

  test("while nothing can be read it says so, in the reader's language", async () => {
    desk.away.add("abc");
    for (const path of ["/t/abc?lang=de", "/t/abc/requests/contact?lang=de"]) {
      const response = await get(path);
      expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(await response.text()).toContain(textsOf.de.page.downTitle);
    }
    expect((await get("/v1/tracking/abc")).headers.get("content-type")).toBe("application/problem+json");
  });

  test("has its delivery window as a calendar entry, while one is expected", async () => {
    const estimatedDelivery = { from: "2126-11-20", to: "2126-11-21" };
    desk.views.set("abc", parcel("in_transit", { estimatedDelivery }));
    const path = /href="(\/t\/abc\/delivery\.ics[^"]*)"/.exec(
      await (await get("/t/abc?lang=fr")).text(),
    )![1]!;
    const response = await get(path);
    expect(response.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
    expect(await response.text()).toContain("SUMMARY:Colis de Heart & Holder\r\n");
    for (const past of [parcel("delivered", { estimatedDelivery }), parcel("in_transit")]) {
      desk.views.set("abc", past);
      expect((await get(path)).status).toBe(404);
      expect(await (await get("/t/abc")).text()).not.toContain("delivery.ics");
    }
    expect((await get("/t/nowhere/delivery.ics")).status).toBe(404);
  });

  test("304 in the same language only", async () => {
    const etag = (await get("/t/abc")).headers.get("etag")!;
    expect((await get("/t/abc", { "if-none-match": etag })).status).toBe(304);
    expect((await get("/t/abc?lang=de", { "if-none-match": etag })).status).toBe(200);
  });

  test("without a desk nothing is found", async () => {
    const bare = await openTown({ host: false });
    expect((await bare.app.request("/t/abc")).status).toBe(404);
    expect((await bare.app.request("/t/abc/events")).status).toBe(404);
    expect((await bare.app.request("/v1/tracking/abc")).status).toBe(404);
    await bare.close();
  });
});

describe("GET /t/{token}/events", () => {
  /** Reads a stream up to what matches. */
  async function reading(path: string, headers: Record<string, string> = {}) {
    const leave = new AbortController();
    const response = await town.app.request(path, { headers, signal: leave.signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const until = async (wanted: RegExp) => {
      while (!wanted.test(text)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`Cannot find ${wanted}: the stream ended after ${text}`);
        text += value;
      }
      const found = text;
      text = "";
      return found;
    };
    return { response, until, leave: () => reader.cancel() };
  }

  test("tells every change, with the page's sections and what the API answers", async () => {
    const { response, until, leave } = await reading(
      "/t/abc/events?lang=de&revision=in_transit.departed_facility-1",
    );
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("cache-control")).toContain("no-cache");
    expect(await until(/still here/)).not.toContain("event: update");
    desk.views.set("abc", parcel("out_for_delivery"));
    const text = await until(/event: update[^]*\n\n/);
    expect(text).toContain("id: out_for_delivery-1\n");
    const data = JSON.parse(/^data: (.*)$/m.exec(text)![1]!);
    expect(data).toMatchObject({
      status: "out_for_delivery",
      revision: "out_for_delivery-1",
      news: "Neu: In Zustellung",
      html: expect.stringContaining('data-status="out_for_delivery"'),
    });
    await leave();
  });

  test("tells at once what a returning reader has missed", async () => {
    const known = await reading("/t/abc/events?revision=x", {
      "last-event-id": "in_transit.departed_facility-1",
    });
    expect(await known.until(/still here/)).not.toContain("event: update");
    const missed = await reading("/t/abc/events", { "last-event-id": "older" });
    await missed.until(/event: update/);
    await Promise.all([known.leave(), missed.leave()]);
  });

  test("ends when the server stops", async () => {
    const closing = new AbortController(),
      deps = { tracking: { desk, branding: shop }, closing: closing.signal };
    const stopping = await openTown({ host: false, deps });
    const response = await stopping.app.request("/t/abc/events");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; !text.includes("event: update"); text += (await reader.read()).value);
    closing.abort();
    while (!(await reader.read()).done);
    await stopping.close();
  });

  test("has limits, and forgets who left", async () => {
    const open = await Promise.all([reading("/t/abc/events"), reading("/t/abc/events")]);
    const third = await get("/t/abc/events");
    expect([third.status, third.headers.get("retry-after")]).toEqual([503, "5"]);
    for (const { leave } of open) await leave();
    await expect.poll(async () => {
      const again = await reading("/t/abc/events");
      await again.leave();
      return again.response.status;
    }).toBe(200);
    expect((await get("/t/nowhere/events")).status).toBe(404);
  });
});
