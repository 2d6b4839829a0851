import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  accessibilityFaults,
  browserPath,
  openBrowser,
  watchedPage,
} from "../../http/tracking/testing/browser.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { subjects } from "../../streams/record.ts";
import { waybill } from "./command_line.ts";
import { orderOf, receive } from "./orders.ts";
import { newSystem, type System } from "./system.ts";

const chromium = browserPath(), waitMsMax = 60_000;

/** The whole system, and an operator in front of a real browser. */
describe.skipIf(chromium === undefined)("the console", () => {
  let system: System, browser: Awaited<ReturnType<typeof openBrowser>>;
  let page: Page, complaints: string[];
  beforeAll(async () => {
    system = await newSystem();
    await system.start();
    await receive(system, { A: 20 });
    browser = await openBrowser(chromium ?? "");
    ({ page, complaints } = await watchedPage(browser.context));
    page.setDefaultTimeout(waitMsMax);
  });
  afterAll(async () => {
    await browser?.close();
    await system?.remove();
  });

  const signIn = async (key: string) => {
    await page.goto(`${system.url}/ops`);
    await page.getByLabel("API key").fill(key);
    await page.getByRole("button", { name: "Sign in" }).click();
  };
  const tile = (name: string) => page.locator("#tiles > div", { has: page.getByText(name, { exact: true }) });
  const dead = () => page.getByRole("link", { name: "undecided/intake:0" });
  /** The page that comes says what came of it; the one before may have said something, too. */
  const act = async (does: "Retry" | "Drop", why: string, said: RegExp) => {
    const form = page.locator("form", { has: page.getByRole("button", { name: does, exact: true }) });
    await form.getByLabel("Why").fill(why);
    await form.getByRole("button").click();
    await page.getByRole("status").filter({ hasText: said }).waitFor();
  };
  /** An edge hears of a new key a moment after it was made. */
  const untilKnown = (key: string, path: string, status: number) =>
    expect.poll(async () => (await system.get(path, { key })).status).toBe(status);

  test("lets nobody in with a wrong key, or with one that may not operate", async () => {
    const made = await waybill(
      system,
      "keys",
      "create",
      "--name",
      "till",
      "--scopes",
      "orders:read",
      "--json",
    );
    const { token } = JSON.parse(made.stdout) as { token: string };
    await untilKnown(token, "/v1/orders", 200);
    for (const key of ["wrong", token]) {
      await signIn(key);
      await page.getByRole("alert").filter({ hasText: "There is no such key" }).waitFor();
      await page.goto(`${system.url}/ops/figures`);
      expect(page.url()).toBe(`${system.url}/ops/sign-in`);
    }
    complaints.length = 0; // Of the answers 403.
  });

  test("shows an order as it comes, without a reload", async () => {
    await signIn(system.key);
    await page.getByText("This page updates by itself.").waitFor();
    expect(await tile("Orders, last hour").locator("dd").textContent()).toBe("0");
    await page.evaluate("window.loadedOnce = true");
    const placed = await system.post("/v1/orders", orderOf("C-1", "A"));
    expect(placed.status, placed.text).toBe(201);
    await tile("Orders, last hour").getByText("1", { exact: true }).waitFor();
    await page.locator("#hottest").getByRole("rowheader", { name: "A" }).waitFor();
    expect(await page.evaluate("window.loadedOnce")).toBe(true);
    expect(await page.locator("#orders .plot canvas").count()).toBe(1);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test("shows what is no command as a dead letter, and does with it what the operator says", async () => {
    const { natsUrl, natsToken } = system.runtime();
    const broker = await connectJetStream({ servers: natsUrl, token: natsToken, name: "test" });
    await broker.publish(subjects.commands(0), new TextEncoder().encode("nonsense"), { ackMsMax: 5_000 });
    await broker.close();
    await dead().click();
    await page.getByRole("heading", { level: 1, name: "undecided/intake:0" }).waitFor();
    await page.getByText("Cannot read a command in COMMANDS").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await act("Retry", "perhaps now", /^Cannot retry intake:0/);
    await act(
      "Drop",
      "it is nonsense",
      /^intake:0 goes on without it; 0 that waited behind it were let go$/,
    );
    await page.getByText("There is no such dead letter").waitFor();
    await page.getByRole("link", { name: "Back" }).click();
    await page.locator("#held").getByText("Nothing: no dead letter").waitFor();
    const { stdout } = await waybill(system, "acts", "--json", "--limit", "2");
    expect(JSON.parse(stdout)).toMatchObject([
      {
        by: "bootstrap",
        why: "it is nonsense",
        does: "dead-letters drop",
        to: "undecided/intake:0",
        state: "done",
      },
      { by: "bootstrap", why: "perhaps now", does: "dead-letters retry", state: "failed" },
    ]);
    expect(complaints.filter((one) => !one.includes("409"))).toEqual([]);
    complaints.length = 0;
  });

  test("does nothing for a form that is not its own", async () => {
    const form = { does: "drop", id: "undecided/intake:0", why: "from elsewhere" };
    const without = await page.request.post(`${system.url}/ops/dead-letter`, { form });
    expect(without.status()).toBe(403);
    const token = await page.locator("input[name=token]").first().inputValue();
    const headers = { "sec-fetch-site": "cross-site" };
    const crossed = await page.request.post(`${system.url}/ops/dead-letter`, {
      form: { ...form, token },
      headers,
    });
    expect(crossed.status()).toBe(403);
  });

  test("shows the figures of what the demo sells", async () => {
    const { code, stderr } = await waybill(system, "demo", "--ship");
    expect(code, stderr).toBe(0);
    const shown = [
      page.locator("#by-carrier").getByRole("rowheader", { name: "generic" }),
      page.locator("#by-lane").getByRole("rowheader", { name: "GB → DE" }),
      tile("Stock accuracy").getByText("100 %"),
    ];
    // Rows follow what the demo did, and figures are kept for a minute.
    await vi.waitFor(async () => {
      await page.goto(`${system.url}/ops/figures?days=7`);
      expect(await Promise.all(shown.map((one) => one.count()))).toEqual([1, 1, 1]);
    }, { timeout: 240_000, interval: 5_000 });
    expect(await page.locator("#hand-over .plot canvas").count()).toBe(1);
    await page.getByText("Placed to handed over: the numbers").click();
    expect(await page.locator("#hand-over details tbody tr").count()).toBe(7);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("is over when the operator signs out, or the key is revoked", async () => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto(`${system.url}/ops`);
    expect(page.url()).toBe(`${system.url}/ops/sign-in`);

    const made = await waybill(system, "keys", "create", "--name", "ada", "--scopes", "operate", "--json");
    const { token, keyId } = JSON.parse(made.stdout) as { token: string; keyId: string };
    await untilKnown(token, "/v1/orders", 403);
    await signIn(token);
    await page.getByText("This page updates by itself.").waitFor();
    await page.getByText("ada", { exact: true }).waitFor();
    await waybill(system, "keys", "revoke", keyId);
    await page.getByRole("heading", { name: "Sign in" }).waitFor(); // It came by itself.
  });
});
