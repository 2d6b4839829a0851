import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { customerRequestKinds } from "../../actors/commands.ts";
import { serve, type Serving } from "../serve.ts";
import { openTown, orderOf, type Town } from "../testing/town.ts";
import { accessibilityFaults, browserPath, openBrowser, watchedPage } from "./testing/browser.ts";
import { FakeDesk } from "./testing/fake_desk.ts";
import { parcel, shop, wellScanned } from "./testing/samples.ts";

const chromium = browserPath();

describe.skipIf(chromium === undefined)("the page in a browser", () => {
  const desk = new FakeDesk(), path = chromium ?? "";
  let town: Town, serving: Serving, site: string;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  const limits = { eventPollMs: 50, eventHeartbeatMs: 500, eventStreamMsMax: 3_000 };
  beforeAll(async () => {
    town = await openTown({
      host: false,
      limits,
      deps: { tracking: { desk, branding: shop } },
    });
    serving = await serve(town.app, { port: 0, hostname: "127.0.0.1" });
    site = `http://127.0.0.1:${serving.port}`;
    browser = await openBrowser(path);
  });
  afterAll(async () => {
    await browser?.close();
    await serving?.stop(100);
    await town?.close();
  });

  const late = { delayed: { reason: "stuck_customs", since: "2026-11-19T00:00:00Z" } };
  const everyRequest = (["open", "done", "declined", "replaced", "lapsed"] as const).map((status, i) => ({
    request: `req_${i}`,
    kind: customerRequestKinds[i % customerRequestKinds.length]!,
    status,
    askedAt: "2026-11-20T10:00:00Z",
  }));
  const states = [
    ["announced", parcel("pre_transit", { language: "es" })],
    ["moving", wellScanned(30)],
    ["out", parcel("out_for_delivery")],
    ["held", parcel("exception/customs_duties_unpaid", { ...late, language: "de" })],
    ["waiting", parcel("available_for_pickup", { language: "fr" })],
    ["delivered", parcel("delivered/neighbour", { language: "de" })],
    ["back", parcel("return_to_sender/refused")],
    ["asked", parcel("in_transit", { language: "fr", requests: everyRequest })],
    ["nowhere", undefined],
    ["away", undefined],
  ] as const;

  /** Nothing overflows, and axe finds nothing. */
  async function inspect(page: Page, width: number): Promise<void> {
    expect(await page.evaluate("document.documentElement.scrollWidth"), `${width}`).toBeLessThanOrEqual(
      width,
    );
    if (width > 320) expect(await accessibilityFaults(page), `${width}`).toEqual([]);
  }

  test.each(states)(
    "%s: axe finds nothing and nothing overflows, light and dark, on phone and desk",
    async (token, view) => {
      if (view) desk.views.set(token, view);
      if (token === "away") desk.away.add(token);
      const { page, complaints } = await watchedPage(browser.context);
      for (const colorScheme of ["light", "dark"] as const) {
        for (const width of [320, 390, 1280]) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          await page.setViewportSize({ width, height: 800 });
          await page.goto(`${site}/t/${token}`);
          if (view) await page.getByRole("heading", { level: 1 }).waitFor();
          await inspect(page, width);
        }
      }
      expect(complaints.filter((one) => view || !/404|503/.test(one))).toEqual([]);
      await page.close();
    },
  );

  test("news appears without a reload, and what the reader unfolded stays so", async () => {
    desk.views.set("live", parcel("in_transit/departed_facility", { language: "en" }));
    const { page, complaints } = await watchedPage(browser.context);
    await page.goto(`${site}/t/live`);
    await page.evaluate("window.loadedOnce = true");
    await page.getByText("This page updates by itself.").waitFor();
    await page.getByText("3 earlier scans").click();
    await page.getByRole("link", { name: "Contact Heart & Holder" }).focus();
    desk.views.set("live", parcel("out_for_delivery"));
    await page.getByRole("heading", { level: 1, name: "Out for delivery" }).waitFor();
    expect(await page.evaluate("window.loadedOnce")).toBe(true);
    expect(await page.title()).toBe("Out for delivery – your parcel · Heart & Holder");
    expect(await page.getByRole("status").textContent()).toBe("News: Out for delivery");
    expect(await page.evaluate("document.querySelector('details').open")).toBe(true);
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Contact Heart & Holder");
    desk.views.set("live", parcel("delivered/locker"));
    await page.getByRole("heading", { level: 1, name: "Delivered" }).waitFor();
    expect(await page.getByRole("region").or(page.locator("main > section, .column > section")).count()).toBe(
      5,
    );
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.evaluate("document.documentElement.removeAttribute('lang')"); // It does look.
    expect(await accessibilityFaults(page)).toEqual([expect.stringContaining("html-has-lang")]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("a stream that ended is taken up again", async () => {
    desk.views.set("again", parcel("in_transit/processing"));
    const { page, complaints } = await watchedPage(browser.context);
    await page.goto(`${site}/t/again`);
    await page.getByText("This page updates by itself.").waitFor();
    const { loads } = desk;
    await expect.poll(() => desk.loads).toBeGreaterThan(loads); // It came back by itself.
    desk.views.set("again", parcel("delivered"));
    await page.getByRole("heading", { level: 1, name: "Delivered" }).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  const forms = [
    ["announced", "address_change", parcel("pre_transit", { language: "de" })],
    ["moving", "pickup_point", parcel("in_transit", { language: "fr" })],
    ["delivered", "contact", parcel("delivered", { language: "es" })],
    ["moving", "address_change", parcel("in_transit", { language: "en" })],
  ] as const;

  test.each(forms)(
    "%s, %s: axe finds nothing in the form, empty, wrong or too late, light and dark, on phone and desk",
    async (state, kind, view) => {
      const token = `form-${state}-${kind}`;
      desk.views.set(token, view);
      const { page, complaints } = await watchedPage(browser.context);
      for (const colorScheme of ["light", "dark"] as const) {
        for (const width of [320, 390, 1280]) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          await page.setViewportSize({ width, height: 800 });
          await page.goto(`${site}/t/${token}/requests/${kind}`);
          await inspect(page, width);
          const send = page.locator("button");
          if (await send.count() === 0) continue;
          await page.locator("form").evaluate((form) => form.setAttribute("novalidate", ""));
          await send.click();
          await page.getByRole("alert").waitFor();
          expect(await page.locator("[aria-invalid]").count()).toBeGreaterThan(0);
          await inspect(page, width);
        }
      }
      expect(complaints.filter((one) => !/409|422/.test(one))).toEqual([]);
      await page.close();
    },
  );

  test("works without JavaScript", async () => {
    desk.views.set("plain", parcel("out_for_delivery"));
    const still = await openBrowser(path, { javaScriptEnabled: false });
    const { page, complaints } = await watchedPage(still.context);
    await page.goto(`${site}/t/plain`);
    await page.getByRole("heading", { level: 1, name: "Out for delivery" }).waitFor();
    await page.getByText("Reload this page to see what is new.").waitFor();
    expect(await page.getByText("This page updates by itself.").isVisible()).toBe(false);
    await page.getByText("3 earlier scans").click();
    await page.getByText("Origin Scan").waitFor();
    await page.getByRole("link", { name: "Deutsch" }).click();
    await page.getByRole("heading", { level: 1, name: "In Zustellung" }).waitFor();
    expect(complaints).toEqual([]);
    await still.close();
  });

  test("without JavaScript, a receiver asks for another address; the shop's answer comes by itself to who has it", async () => {
    const own = await openTown({ branding: shop }),
      served = await serve(own.app, { port: 0, hostname: "127.0.0.1" });
    const { trackingToken, shipmentId } = await shipOne(own);
    const link = `http://127.0.0.1:${served.port}/t/${trackingToken}`;
    const still = await openBrowser(path, { javaScriptEnabled: false });
    const { page, complaints } = await watchedPage(still.context);
    await page.goto(link);
    await page.getByRole("link", { name: "Ask for another address" }).click();
    await page.getByLabel("Street and number").fill("2 New Street");
    await page.getByLabel("Town or city").fill("Leeds");
    await page.getByLabel("Country").selectOption("GB");
    await page.getByRole("button", { name: "Send" }).dblclick();
    await page.getByText("We have it and will see to it.").waitFor();
    await still.close();
    expect(complaints).toEqual([]);

    const live = await watchedPage(browser.context);
    await live.page.goto(link);
    await live.page.getByText("This page updates by itself.").waitFor();
    const { requests } = (await own.call("GET", `/v1/shipments/${shipmentId}`)).body;
    expect(requests).toMatchObject([{ kind: "address_change", status: "open", said: { city: "Leeds" } }]);
    await own.call("POST", `/v1/shipments/${shipmentId}/requests/${requests![0]!.request}`, {
      outcome: "done",
    });
    await live.page.getByText("Done.").waitFor();
    expect(await accessibilityFaults(live.page)).toEqual([]);
    expect(live.complaints).toEqual([]);
    await live.page.close();
    await served.stop(100);
    await own.close();
  });
});

/** A parcel that its carrier has not got yet. */
async function shipOne(town: Town): Promise<{ trackingToken: string; shipmentId: string }> {
  const lines = [{ sku: "A", quantity: 1 }], location = "LON1";
  await town.call("POST", "/v1/stock/receipts", { location, reference: "r1", lines });
  const { body: { orderId } } = await town.call("POST", "/v1/orders", orderOf("1", ["A"]));
  const shipment = { reference: "P1", location, carrier: "ups", trackingNumber: "1Z999", lines };
  const { body } = await town.call("POST", `/v1/orders/${orderId}/shipments`, shipment);
  return { trackingToken: body.trackingToken!, shipmentId: body.shipmentId! };
}
