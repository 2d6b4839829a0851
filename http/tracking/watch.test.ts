import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { actorId } from "../../actors/ids.ts";
import { LogNews } from "../../projections/log_news.ts";
import type { Positions } from "../../projections/queries.ts";
import { Fault } from "../../streams/faults.ts";
import { FakeDesk } from "./testing/fake_desk.ts";
import { parcel } from "./testing/samples.ts";
import { TrackingWatch } from "./watch.ts";

function open() {
  const desk = new FakeDesk(), reports: unknown[] = [];
  const watch = new TrackingWatch(desk, {
    pollMs: 5,
    loadsMax: 4,
    report: (error) => void reports.push(error),
  });
  return { desk, reports, watch };
}
const revised = (revision: string) => parcel("in_transit", { revision });

test("10,000 parcels are one question a tick, and only what changed is read", async () => {
  const { desk, watch } = open();
  const tokens = Array.from({ length: 10_000 }, (_, i) => `t${i}`);
  for (const token of tokens) desk.views.set(token, revised("1"));
  const ears = tokens.map((token) => watch.listen(token, "1"));
  await expect.poll(() => desk.asked.length).toBeGreaterThan(0);
  desk.views.set("t7", revised("2"));
  desk.views.set("t8", revised("2"));
  expect((await ears[7]!.next(60_000))?.revision).toBe("2");
  expect((await ears[8]!.next(60_000))?.revision).toBe("2");
  expect(desk.loads).toBe(2);
  expect(desk.asked.every((asked) => asked.length === 10_000)).toBe(true);
  for (const ear of ears) ear.stop();
  const { length } = desk.asked;
  await sleep(50);
  expect(desk.asked.length).toBeLessThanOrEqual(length + 1); // Nobody looks, nobody asks.
});

test("all who look at one parcel are told of one reading, whatever each has seen", async () => {
  const { desk, watch } = open();
  desk.views.set("t", revised("2"));
  const ears = [watch.listen("t", "1"), watch.listen("t", undefined), watch.listen("t", "2")];
  expect(watch.watching("t")).toBe(3);
  const told = await Promise.all(ears.map((ear, i) => ear.next(i < 2 ? 60_000 : 200)));
  expect(told.map((view) => view?.revision)).toEqual(["2", "2", undefined]);
  expect(told[0]).toBe(told[1]);
  expect(desk.loads).toBe(1);
  for (const ear of ears) ear.stop();
  expect(watch.watching("t")).toBe(0);
});

test("what the log tells of is looked at once the rows have it, together with all else that is heard meanwhile", async () => {
  const desk = new FakeDesk(), waited: Positions[] = [];
  let arrive = () => {};
  const watch = new TrackingWatch(desk, {
    pollMs: 60_000,
    loadsMax: 4,
    reached: (position) => {
      waited.push(position);
      return new Promise<void>((resolve) => arrive = resolve);
    },
    report: () => {},
  });
  const news = new LogNews();
  news.listen(watch);
  const actor = (n: number) => actorId("parcel", `ups:${n}`);
  for (const n of [1, 2, 3]) desk.views.set(`t${n}`, revised("1"));
  const ears = [1, 2, 3].map((n) => watch.listen(`t${n}`, "1", actor(n)));
  expect([actor(1), actor(4), actorId("order", "ups:1")].map((one) => news.wants(one))).toEqual([
    true,
    false,
    false,
  ]);
  news.heard(actor(1), new Map([[0, 7]]));
  news.heard(actor(2), new Map([[0, 8]]));
  news.heard(actor(2), new Map([[1, 3]]));
  expect(desk.asked).toEqual([]);
  for (const n of [1, 2]) desk.views.set(`t${n}`, revised("2"));
  arrive();
  expect((await ears[0]!.next(60_000))?.revision).toBe("2");
  await expect.poll(() => waited.length).toBe(2);
  arrive();
  expect((await ears[1]!.next(60_000))?.revision).toBe("2");
  expect(waited).toEqual([new Map([[0, 7]]), new Map([[0, 8], [1, 3]])]);
  expect(desk.asked).toEqual([["t1"], ["t2"]]);
  for (const ear of ears) ear.stop();
  expect(news.wants(actor(1))).toBe(false);
});

test("a slow reader gets the newest only", async () => {
  const { desk, watch } = open();
  desk.views.set("t", revised("1"));
  const ear = watch.listen("t", "1");
  for (const revision of ["2", "3", "4"]) {
    const { loads } = desk;
    desk.views.set("t", revised(revision));
    await expect.poll(() => desk.loads).toBe(loads + 1);
  }
  await sleep(10);
  expect((await ear.next(100))?.revision).toBe("4");
  expect(await ear.next(20)).toBeUndefined();
  ear.stop();
});

test("a desk that is away says nothing new; a defect is reported, and the watch goes on", async () => {
  const { desk, watch, reports } = open();
  desk.views.set("t", revised("1"));
  const ear = watch.listen("t", "1");
  desk.fault = new Fault("database.unavailable", "Cannot read rows: the database is away");
  await expect.poll(() => desk.asked.length).toBeGreaterThan(2);
  expect(reports).toEqual([]);
  desk.fault = new Error("a bug");
  await expect.poll(() => reports.length).toBe(1);
  desk.views.set("t", revised("2"));
  expect((await ear.next(60_000))?.revision).toBe("2");
  ear.stop();
  expect(await ear.next(60_000)).toBeUndefined();
});

test("when the server stops, everybody is let go at once", async () => {
  const desk = new FakeDesk(), closing = new AbortController();
  const watch = new TrackingWatch(desk, {
    pollMs: 5,
    loadsMax: 4,
    report: () => {},
    closing: closing.signal,
  });
  const ears = ["a", "b", "b"].map((token) => watch.listen(token, "1"));
  const waiting = ears.map((ear) => ear.next(60_000));
  closing.abort();
  expect(await Promise.all(waiting)).toEqual([undefined, undefined, undefined]);
  expect(watch.watching("b")).toBe(0);
});
