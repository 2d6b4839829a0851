import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { InboxMessage } from "../../projections/outbox/inbox.ts";
import { mailOf, smsOf } from "../notifications/message.ts";
import { everyNotice, sampleNotice } from "../notifications/testing/samples.ts";
import { serve, type Serving } from "../serve.ts";
import { openTown, type Town } from "../testing/town.ts";
import { accessibilityFaults, browserPath, openBrowser, watchedPage } from "../tracking/testing/browser.ts";

const chromium = browserPath();
const none = () => undefined;
const address = "ada.augusta.king.countess.of.lovelace@a-rather-long-domain-of-a-shop.example.org";
const messages = everyNotice.flatMap(([milestone, language]) => {
  const notice = sampleNotice(milestone, language);
  return [
    { channel: "email" as const, address, message: mailOf(notice, none) },
    { channel: "sms" as const, address: "+441632960001", message: smsOf(notice, none) },
  ];
}).map((one, i): InboxMessage => ({ ...one, id: i + 1, at: new Date(Date.UTC(2026, 10, 22, 10, i)) }));

describe.skipIf(chromium === undefined)("/dev/inbox in a browser", () => {
  let town: Town, serving: Serving, browser: Awaited<ReturnType<typeof openBrowser>>;
  beforeAll(async () => {
    const devInbox = {
      list: () => Promise.resolve(messages.toReversed()),
      read: (id: number) => Promise.resolve(messages.find((one) => one.id === id)),
    };
    town = await openTown({ host: false, deps: { devInbox, isLoopback: () => true } });
    serving = await serve(town.app, { port: 0, hostname: "127.0.0.1" });
    browser = await openBrowser(chromium ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    await serving?.stop(100);
    await town?.close();
  });

  test.each([["the list", ""], ["a mail", "/1"], ["a text message", "/2"]])(
    "%s has room on a phone: nothing overflows, and axe finds nothing",
    async (_name, path) => {
      const { page, complaints } = await watchedPage(browser.context);
      for (const width of [320, 360, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(`http://127.0.0.1:${serving.port}/dev/inbox${path}`);
        expect(await page.evaluate("document.documentElement.scrollWidth"), `${width}`).toBeLessThanOrEqual(
          width,
        );
        expect(await accessibilityFaults(page), `${width}`).toEqual([]);
      }
      expect(complaints).toEqual([]);
      await page.close();
    },
  );
});
