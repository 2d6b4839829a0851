import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTown, type Town } from "../testing/town.ts";
import { FakeConsole } from "./testing/fake_console.ts";

const hourMs = 3_600_000;
let town: Town, desk: FakeConsole, isReadOnly: boolean;

beforeAll(async () => {
  const current = new Proxy({} as FakeConsole, { get: (_, name) => Reflect.get(desk, name) });
  town = await openTown({ host: false, deps: { console: current, isReadOnly: () => isReadOnly } });
});
beforeEach(() => {
  desk = new FakeConsole();
  isReadOnly = false;
  town.clock.aheadMs = 0;
});
afterAll(() => town.close());

type Headers = Readonly<Record<string, string>>;
const get = (path: string, headers: Headers = {}) => town.app.request(path, { headers });
const post = (path: string, form: Record<string, string>, headers: Headers = {}) =>
  town.app.request(path, { method: "POST", body: new URLSearchParams(form), headers });

/** The headers of a browser that has signed in, and what its forms hold. */
async function signedIn(key = "good"): Promise<{ readonly headers: Headers; readonly token: string }> {
  const answer = await post("/ops/sign-in", { key });
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/ops"]);
  const headers = { cookie: (answer.headers.get("set-cookie") ?? "").split(";")[0]! };
  const page = await (await get("/ops", headers)).text();
  return { headers, token: /name="token" value="([^"]+)"/.exec(page)?.[1] ?? "" };
}
const whereTo = async (headers: Headers) => (await get("/ops", headers)).headers.get("location");

describe("who may look", () => {
  test("nobody who has not signed in", async () => {
    for (const path of ["/ops", "/ops/figures", "/ops/dead-letter?id=x"]) {
      const answer = await get(path);
      expect([answer.status, answer.headers.get("location")]).toEqual([303, "/ops/sign-in"]);
    }
    expect((await get("/ops/events")).status).toBe(401);
    expect((await get("/ops", { authorization: "Bearer good" })).status).toBe(303);
    expect(desk.reads).toBe(0);
  });

  test("whoever has a key that may operate", async () => {
    const { headers } = await signedIn();
    const page = await get("/ops", headers);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("ada");
    expect((await post("/ops/sign-in", { key: "bad" })).status).toBe(403);
  });

  test("by a cookie that scripts, other sites and other paths never see, and that is not the key", async () => {
    const answer = await post("/ops/sign-in", { key: "good" }, { "x-forwarded-proto": "https" });
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(
      /^waybill_ops=[\w-]+\.[\w-]+; Max-Age=43200; Path=\/ops; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(cookie).not.toContain("good");
  });

  test("until twelve hours are over", async () => {
    const { headers } = await signedIn();
    town.clock.aheadMs = 12 * hourMs - 60_000;
    expect(await whereTo(headers)).toBeNull();
    town.clock.aheadMs = 12 * hourMs + 1;
    expect(await whereTo(headers)).toBe("/ops/sign-in");
  });

  test("until the key is revoked, or has another secret", async () => {
    const { headers } = await signedIn();
    desk.operators.set("good", { keyId: "k1", name: "ada", stamp: "2" });
    expect(await whereTo(headers)).toBe("/ops/sign-in");
    desk.operators.clear();
    expect(await whereTo(headers)).toBe("/ops/sign-in");
  });

  test("with no cookie that was changed", async () => {
    const { headers } = await signedIn(), [text = "", mac = ""] = headers.cookie!.split("=")[1]!.split(".");
    const said = JSON.parse(atob(text)) as { ends: number };
    const later = btoa(JSON.stringify({ ...said, ends: said.ends + 1 })).replaceAll("=", "");
    for (
      const value of [
        `${later}.${mac}`,
        text,
        `${text}.`,
        `${text}.${mac}x`,
        "nonsense.nonsense",
        `${btoa("1")}.x`,
      ]
    ) {
      expect(await whereTo({ cookie: `waybill_ops=${value}` })).toBe("/ops/sign-in");
    }
  });

  test("no longer once they sign out", async () => {
    const { headers, token } = await signedIn();
    const answer = await post("/ops/sign-out", { token }, headers);
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/ops/sign-in"]);
    expect(answer.headers.get("set-cookie")).toMatch(/^waybill_ops=; Max-Age=0; Path=\/ops/);
  });
});

test("pages are nobody's to keep, and run nothing but their own scripts", async () => {
  const { headers } = await signedIn(), answer = await get("/ops", headers);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
  expect(policy).not.toContain("unsafe");
  const page = await answer.text();
  expect(page).not.toMatch(/<script>|<style|style="|https?:\/\//);
  for (const [, address = ""] of page.matchAll(/(?:src|href)="(\/ops\/assets\/[^"]+)"/g)) {
    const asset = await get(address);
    expect([asset.status, asset.headers.get("cache-control")]).toEqual([
      200,
      "public, max-age=31536000, immutable",
    ]);
  }
});

describe("an act", () => {
  const id = "undecided/sku:A", form = { id, does: "retry", why: "the code is mended" };
  beforeEach(() => void desk.letters.set(id, { error: "a poison command" }));

  test("is done in the name of the key, with its reason", async () => {
    const { headers, token } = await signedIn();
    const answer = await post("/ops/dead-letter", { ...form, token }, headers);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("decided")]);
    expect(desk.settled).toEqual([{ does: "retry", id, by: "ada", why: "the code is mended" }]);
  });

  test("that was refused says why", async () => {
    desk.acted = { done: false, said: "Cannot retry sku:A: it is <not> stopped" };
    const { headers, token } = await signedIn();
    const answer = await post("/ops/dead-letter", { ...form, token }, headers);
    expect([answer.status, await answer.text()]).toEqual([
      409,
      expect.stringContaining("it is &lt;not&gt; stopped"),
    ]);
  });

  test.each([
    ["without the form's token", { token: "" }, {}],
    ["with that of another session", { token: "x".repeat(43) }, {}],
    ["from another site", {}, { "sec-fetch-site": "cross-site" }],
    ["from another place of the same site", {}, { "sec-fetch-site": "same-site" }],
    ["from another origin, as older browsers say it", {}, { origin: "https://evil.example" }],
    ["from who hides where it is", {}, { origin: "null" }],
  ])("is not done %s", async (_name, change, more) => {
    const { headers, token } = await signedIn();
    const answer = await post("/ops/dead-letter", { ...form, token, ...change }, { ...headers, ...more });
    expect([answer.status, desk.settled]).toEqual([403, []]);
    const out = await post("/ops/sign-out", { token, ...change }, { ...headers, ...more });
    expect([out.status, out.headers.get("set-cookie")]).toEqual([403, null]);
  });

  test("is not done without a reason, nor if it is no act", async () => {
    const { headers, token } = await signedIn();
    expect((await post("/ops/dead-letter", { ...form, token, why: "  " }, headers)).status).toBe(422);
    expect((await post("/ops/dead-letter", { ...form, token, does: "burn" }, headers)).status).toBe(422);
    expect(desk.settled).toEqual([]);
  });

  test("goes on while the system is read-only", async () => {
    isReadOnly = true;
    const { headers, token } = await signedIn();
    expect((await post("/ops/dead-letter", { ...form, token }, headers)).status).toBe(200);
  });
});

test("figures that cannot be read are said to be away", async () => {
  const { headers } = await signedIn(), answer = await get("/ops/figures", headers);
  expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining("no connection")]);
});

test("many who look make one reading", async () => {
  const { headers } = await signedIn();
  desk.reads = 0;
  await Promise.all(Array.from({ length: 20 }, () => get("/ops", headers)));
  expect(desk.reads).toBeLessThanOrEqual(1); // None, while the one that the sign-in made is young.
});

test("an edge without a desk has no console", async () => {
  const bare = await openTown({ host: false });
  expect((await bare.app.request("/ops")).status).toBe(404);
  await bare.close();
});
