import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Figures } from "../../projections/console/figures.ts";
import { serve, type Serving } from "../serve.ts";
import { openTown, type Town } from "../testing/town.ts";
import { accessibilityFaults, browserPath, openBrowser, watchedPage } from "../tracking/testing/browser.ts";
import { busy, dark, FakeConsole, quiet } from "./testing/fake_console.ts";

const chromium = browserPath();

describe.skipIf(chromium === undefined)("the console in a browser", () => {
  const desk = new FakeConsole(), path = chromium ?? "";
  let town: Town, serving: Serving, site: string;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  beforeAll(async () => {
    town = await openTown({ host: false, limits: { consoleReadEveryMs: 200 }, deps: { console: desk } });
    serving = await serve(town.app, { port: 0, hostname: "127.0.0.1" });
    site = `http://127.0.0.1:${serving.port}`;
    browser = await openBrowser(path);
  });
  afterAll(async () => {
    await browser?.close();
    await serving?.stop(100);
    await town?.close();
  });

  afterEach(async () => {
    // The first one is the browser's own.
    for (const page of browser.context.pages().slice(1)) await page.close();
  });

  async function signIn(page: Page): Promise<void> {
    await page.goto(`${site}/ops`);
    if (!page.url().endsWith("/sign-in")) return;
    await page.getByLabel("API key").fill("good");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Sign out").waitFor();
  }

  /** Nothing overflows, and axe finds nothing. */
  async function inspect(page: Page, address: string): Promise<void> {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const width of [320, 390, 1280]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 800 });
        await page.goto(`${site}${address}`);
        const wide = await page.evaluate("document.documentElement.scrollWidth");
        expect(wide, `${width}`).toBeLessThanOrEqual(width);
        await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
        expect(await accessibilityFaults(page), `${colorScheme} ${width}`).toEqual([]);
      }
    }
  }

  test.each([["a bad night", busy], ["a quiet one", quiet], ["nothing that can be read", dark]] as const)(
    "%s: axe finds nothing and nothing overflows, light and dark, on phone and desk",
    async (_name, reading) => {
      desk.reading = reading;
      const { page, complaints } = await watchedPage(browser.context);
      await signIn(page);
      await page.waitForTimeout(300); // What was read before is old by now.
      await inspect(page, "/ops");
      expect(complaints).toEqual([]);
    },
  );

  test("figures: as well", async () => {
    desk.figured = figures;
    const { page, complaints } = await watchedPage(browser.context);
    await signIn(page);
    await inspect(page, "/ops/figures?days=30");
    expect(complaints).toEqual([]);
  });

  test("news leaves alone what the reader has unfolded, and the focus where it was", async () => {
    desk.reading = busy;
    const { page, complaints } = await watchedPage(browser.context);
    await signIn(page);
    await page.getByText("1 streams").click();
    await page.getByRole("link", { name: "undecided/sku:85123A" }).focus();
    desk.reading = { ...busy, cases: quiet.cases, held: { known: { ...heldNow(), paused: [] } } };
    await page.getByText("No case is open.").waitFor();
    await page.locator("#held").getByText("kind:payout is paused").waitFor({ state: "detached" });
    expect(await page.evaluate("document.getElementById('streams').open")).toBe(true);
    expect(await page.evaluate("document.activeElement.textContent")).toBe("undecided/sku:85123A");
    expect(complaints).toEqual([]);
  });

  test("nobody looks: nothing is read", async () => {
    const { page } = await watchedPage(browser.context);
    await signIn(page);
    await page.getByText("This page updates by itself.").waitFor();
    const { reads } = desk;
    await expect.poll(() => desk.reads).toBeGreaterThan(reads);
    await page.goto("about:blank");
    // The server hears a moment later that they left; then there is not one more.
    const readInASecond = async () => {
      const before = desk.reads;
      await page.waitForTimeout(1_000);
      return desk.reads - before;
    };
    await expect.poll(readInASecond).toBe(0);
    expect(await readInASecond()).toBe(0);
  });

  test("works without JavaScript", async () => {
    desk.reading = busy;
    const still = await openBrowser(path, { javaScriptEnabled: false });
    const { page, complaints } = await watchedPage(still.context);
    await signIn(page);
    await page.getByText("Reload it to see what is new.").waitFor();
    await page.getByText("Orders per minute, last hour (UTC): the numbers").click();
    expect(await page.locator("#orders tbody tr").count()).toBe(60);
    desk.letters.set("undecided/sku:85123A", { error: "Cannot divide by zero" });
    await page.getByRole("link", { name: "undecided/sku:85123A" }).click();
    await page.getByLabel("Why").first().fill("mended");
    await page.getByRole("button", { name: "Retry" }).click();
    await page.getByRole("status").filter({ hasText: "decided" }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(complaints).toEqual([]);
    await still.close();
  });
});

function heldNow() {
  if ("known" in busy.held) return busy.held.known;
  throw new Error("Cannot be: the bad night's part is known");
}

const days = ["2026-11-18", "2026-11-19", "2026-11-21"];
const all = { by: "all", key: "" } as const;
const byDay = days.map((key) => ({ by: "day", key }) as const);
const carriers = ["ups", "dhl"].map((key) => ({ by: "carrier", key }) as const);
const lanes = ["GB → DE", "GB → ZZ"].map((key) => ({ by: "lane", key }) as const);
const parcels = {
  ...{ shipments: 420, orders: 400, handOverP50: 20.4, handOverP90: 50, delivered: 300 },
  ...{ deliveryP50: 70, deliveryP90: 120.5, promised: 280, onTime: 270, tracked: 396 },
};

/** Of a month. */
const figures: Figures = {
  ...{ from: "2026-10-24", to: "2026-11-22", atMs: Date.UTC(2026, 10, 22), isCut: true },
  shipments: [all, ...byDay, ...carriers, ...lanes].map((of) => ({ ...of, ...parcels })),
  estimates: [all, ...byDay, ...carriers].map((of) => ({ ...of, of: 100, good: 87 })),
  invoices: [all, ...byDay].map((of) => ({ ...of, of: 90, good: 80, different: 5 })),
  refunds: [all, ...byDay].map((of) => ({ ...of, refunds: 4, p50: 30, p90: 90 })),
  stock: [all, ...byDay].map((of) => ({ ...of, of: 10_000, good: 9_999 })),
};
