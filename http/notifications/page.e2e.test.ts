import { afterAll, beforeAll, describe, expect, test } from "vitest";
import webPush from "web-push";
import type { Audience } from "../../projections/outbox/audience.ts";
import { milestones } from "../../projections/outbox/milestones.ts";
import { recipientOf } from "../../projections/outbox/recipients.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { ensureStreams } from "../../streams/streams.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { serve, type Serving } from "../serve.ts";
import { openTown, type Town } from "../testing/town.ts";
import { accessibilityFaults, browserPath, openBrowser, watchedPage } from "../tracking/testing/browser.ts";
import { FakeDesk } from "../tracking/testing/fake_desk.ts";
import { parcel, shop } from "../tracking/testing/samples.ts";
import { mailHtml } from "./mail_html.ts";
import { openPreferences, type Preferences } from "./preferences.ts";
import { sampleNotice } from "./testing/samples.ts";

const chromium = browserPath();
const key = "8d1b4f3e-2f43-4c1e-9f9c-0c1d2e3f4a5b";
const customer = { email: "ada@example.org", phone: "+441632960001", language: "de" };

describe.skipIf(chromium === undefined)("messages and their pages in a browser", () => {
  let town: Town, serving: Serving, site: string, preferences: Preferences;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  beforeAll(async () => {
    const broker = new MemoryServer().connect();
    await ensureStreams(broker, 1);
    preferences = openPreferences(broker, systemRuntime("test"));
    const audience: Audience = { orderId: "ord_1", customer, channel: "email", token: "TOKEN" };
    const notifications = {
      ...{ preferences, outgoingPrivate: false, pushKey: webPush.generateVAPIDKeys().publicKey },
      audience: (asked: string) => Promise.resolve(asked === key ? audience : undefined),
    };
    const desk = new FakeDesk(), tracking = { desk, branding: shop };
    desk.views.set("TOKEN", parcel("in_transit"));
    town = await openTown({ host: false, deps: { tracking, notifications } });
    serving = await serve(town.app, { port: 0, hostname: "127.0.0.1" });
    site = `http://127.0.0.1:${serving.port}`;
    browser = await openBrowser(chromium ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    await serving?.stop(100);
    await town?.close();
  });
  const off = () => preferences.off("email", recipientOf("email", customer.email));

  test.each([["notifications", "de"], ["notifications", "fr"], ["unsubscribe", "es"], ["unsubscribe", "en"]])(
    "%s in %s: axe finds nothing and nothing overflows, light and dark",
    async (path, language) => {
      const { page, complaints } = await watchedPage(browser.context);
      for (const colorScheme of ["light", "dark"] as const) {
        for (const width of [320, 1280]) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 800 });
          await page.goto(`${site}/t/${key}/${path}?lang=${language}`);
          expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
          expect(await accessibilityFaults(page)).toEqual([]);
        }
      }
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  test("a choice is kept, and shown again", async () => {
    const { page, complaints } = await watchedPage(browser.context);
    await page.goto(`${site}/t/${key}/notifications?lang=en`);
    const late = page.getByRole("group", { name: "By e-mail" }).getByLabel("It is late");
    const today = page.getByRole("group", { name: "By text message" }).getByLabel("It comes today");
    expect([await late.isChecked(), await today.isChecked()]).toEqual([true, true]);
    await late.uncheck();
    await today.uncheck();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    expect([await late.isChecked(), await today.isChecked()]).toEqual([false, false]);
    expect(await off()).toEqual(["delayed"]);
    expect(await preferences.off("sms", recipientOf("sms", customer.phone))).toEqual(["out_for_delivery"]);
    await page.getByRole("link", { name: "No more messages" }).click();
    expect(await off()).toEqual(["delayed"]); // Looking is not asking.
    await page.getByRole("button", { name: "Send no more messages" }).click();
    await page.getByText("You will get no more").waitFor();
    expect(await off()).toEqual(milestones);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("a button looks as on every other page", async () => {
    const { page } = await watchedPage(browser.context);
    const looks = async (path: string) => {
      await page.goto(`${site}${path}`);
      const names = [
        "padding",
        "minHeight",
        "border",
        "borderRadius",
        "background",
        "color",
        "font",
        "cursor",
      ];
      const style = `getComputedStyle(document.querySelector("form button"))`;
      return await page.evaluate<string[]>(`${JSON.stringify(names)}.map((name) => ${style}[name])`);
    };
    const there = await looks("/t/TOKEN/requests/contact?lang=en");
    expect(await looks(`/t/${key}/notifications?lang=en`)).toEqual(there);
    expect(await looks(`/t/${key}/unsubscribe?lang=en`)).toEqual(there);
    await page.close();
  });

  test("a mail can be read, light and dark, on a phone", async () => {
    const { page } = await watchedPage(browser.context);
    for (
      const [milestone, colorScheme] of [["out_for_delivery", "light"], ["exception", "dark"], [
        "shipped",
        "dark",
      ]] as const
    ) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 390, height: 900 });
      await page.setContent(mailHtml(sampleNotice(milestone, "de")));
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
      // A mail has no landmarks.
      const faults = (await accessibilityFaults(page)).filter((one) => !/^(region|landmark)/.test(one));
      expect(faults).toEqual([]);
    }
    await page.close();
  });

  test("a link that is none leads nowhere, and a browser of our own network is not told", async () => {
    for (const path of ["notifications", "unsubscribe"]) {
      expect((await fetch(`${site}/t/nobody/${path}`)).status).toBe(404);
      expect((await fetch(`${site}/t/nobody/${path}`, { method: "POST" })).status).toBe(404);
    }
    const subscribe = (endpoint: string, method = "POST") =>
      fetch(`${site}/t/${key}/push`, {
        method,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ endpoint, keys: { p256dh: "B".repeat(87), auth: "A".repeat(22) } }),
      });
    for (
      const endpoint of ["https://10.0.0.1/x", "http://push.example/x", "https://localhost.:1/", "not a URL"]
    ) {
      const { status } = await subscribe(endpoint);
      expect(status, endpoint).toBe(endpoint.includes("localhost") ? 204 : 422);
    }
    await subscribe("https://localhost.:1/", "DELETE");
    expect((await subscribe("https://push.example/x")).status).toBe(204);
    expect((await preferences.subscriptions("ord_1")).map(({ endpoint }) => endpoint)).toEqual([
      "https://push.example/x",
    ]);
    expect((await subscribe("https://push.example/x", "DELETE")).status).toBe(204);
    expect(await preferences.subscriptions("ord_1")).toEqual([]);
  });
});
