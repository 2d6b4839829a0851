import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Audience } from "../projections/outbox/audience.ts";
import { milestones } from "../projections/outbox/milestones.ts";
import { recipientOf } from "../projections/outbox/recipients.ts";
import { MemoryServer } from "../streams/broker/memory.ts";
import { ensureStreams } from "../streams/streams.ts";
import { systemRuntime } from "../streams/system_runtime.ts";
import { openPreferences, type Preferences } from "./notifications/preferences.ts";
import { openTown, type Town } from "./testing/town.ts";
import { FakeDesk } from "./tracking/testing/fake_desk.ts";
import { parcel, shop } from "./tracking/testing/samples.ts";

let town: Town, preferences: Preferences, readOnly = true;
const customer = { email: "ada@example.org", language: "de" };
beforeAll(async () => {
  const broker = new MemoryServer().connect();
  await ensureStreams(broker, 1);
  preferences = openPreferences(broker, systemRuntime("test"));
  const audience: Audience = { orderId: "ord_1", customer, channel: "email", token: "TOKEN" };
  const notifications = {
    ...{ preferences, outgoingPrivate: false },
    audience: (asked: string) => Promise.resolve(asked === "KEY" ? audience : undefined),
  };
  const desk = new FakeDesk(), tracking = { desk, branding: shop };
  desk.views.set("TOKEN", parcel("in_transit", { language: "es" }));
  town = await openTown({ host: false, deps: { tracking, notifications, isReadOnly: () => readOnly } });
});
afterAll(() => town.close());

const send = async (path: string, fields: string, headers: Record<string, string> = {}) => {
  const type = { "content-type": "application/x-www-form-urlencoded" };
  const method = "POST", request = { method, headers: { ...type, ...headers }, body: fields };
  const response = await town.app.request(`/t/${path}`, request);
  const { status } = response, text = await response.text();
  const [, language] = /<html lang="(\w+)"/.exec(text) ?? [];
  return { status, text, language, later: response.headers.get("retry-after") };
};
const off = () => preferences.off("email", recipientOf("email", customer.email));

describe("while the system is read-only, a customer who sends a form gets a page", () => {
  test.each([
    ["en", "We cannot take this just now"],
    ["de", "Das können wir gerade nicht annehmen"],
    ["es", "Ahora mismo no podemos recibirlo"],
    ["fr", "Nous ne pouvons pas le recevoir pour le moment"],
  ])("in %s, with what was written, to be sent again", async (lang, words) => {
    const { text, ...answer } = await send(
      `TOKEN/requests/contact?lang=${lang}`,
      "key=mine&message=Where+%26+when",
    );
    expect(answer).toEqual({ status: 503, language: lang, later: "30" });
    expect(text).toContain(words);
    expect(text).toContain('name="key" value="mine"');
    expect(text).toContain("Where &amp; when</textarea>");
    expect(town.asked).toEqual([]);
  });

  test.each([
    ["en", "We cannot save this just now"],
    ["de", "Das können wir gerade nicht speichern"],
    ["es", "Ahora mismo no podemos guardarlo"],
    ["fr", "Nous ne pouvons pas l’enregistrer pour le moment"],
  ])("in %s, with the messages that were chosen, none of them kept", async (lang, words) => {
    const chosen = await send(`KEY/notifications?lang=${lang}`, "email=shipped&email=delivered");
    expect(chosen).toMatchObject({ status: 503, language: lang, later: "30" });
    expect(chosen.text).toContain(words);
    const ticked = [...chosen.text.matchAll(/value="(\w+)" checked/g)].map(([, name]) => name);
    expect(ticked).toEqual(["shipped", "delivered"]);
    const stopped = await send(`KEY/unsubscribe?lang=${lang}`, "");
    expect(stopped).toMatchObject({ status: 503, language: lang, later: "30" });
    expect(stopped.text).toContain(words);
    expect(stopped.text).toContain("<form");
    expect(await off()).toEqual([]);
  });

  test("in the language of the order, where none was chosen, or of the browser", async () => {
    expect((await send("TOKEN/requests/contact", "message=Hi")).language).toBe("es");
    expect((await send("KEY/unsubscribe", "")).language).toBe("de");
    const french = { "accept-language": "fr" };
    expect(await send("NOBODY/unsubscribe", "", french)).toMatchObject({ status: 404, language: "fr" });
  });

  test("and what a script sends gets a problem, as from every other call", async () => {
    const { status, text } = await send("KEY/push", "{}", { "content-type": "application/json" });
    expect([status, JSON.parse(text)]).toEqual([
      503,
      expect.objectContaining({ type: "/problems/read-only" }),
    ]);
  });

  test("until it is over", async () => {
    readOnly = false;
    expect((await send("KEY/unsubscribe", "")).status).toBe(200);
    expect(await off()).toEqual(milestones);
    readOnly = true;
  });
});
