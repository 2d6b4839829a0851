import { describe, expect, test } from "vitest";
import { streamNames, subjects } from "../record.ts";
import { edge, order, question } from "../testing/asking_kit.ts";

describe("ask", () => {
  test("the answer comes with the position of the turn that decided it", async () => {
    const { ask, reply, stored, packs, waiting } = await edge();
    const asked = ask(question({ personal: { name: "Ada" }, traceparent: "00-a-b-01" }));
    await stored(1);
    expect(await packs()).toEqual([{
      format: 1,
      commands: [{
        id: "c1",
        to: order,
        atMs: 1_700_000_000_000,
        edge: "e1",
        command: { type: "place" },
        personal: { name: "Ada" },
        traceparent: "00-a-b-01",
      }],
    }]);
    reply({ id: "someone else's", ok: true, value: 0 }, {
      id: "c1",
      ok: true,
      value: { status: "confirmed" },
    });
    expect(await asked).toEqual({
      kind: "answered",
      answer: { ok: true, json: '{"status":"confirmed"}' },
      position: { partition: 0, sequence: 7 },
    });
    expect(waiting()).toBe(0);
  });

  test("rejections, replays and defects arrive as what they are", async () => {
    const { ask, reply, stored } = await edge();
    const asked = [ask(question()), ask(question()), ask(question())];
    await stored(2);
    const rejection = { reason: "stock.insufficient", detail: "too few" };
    reply({ id: "c1", ok: false, rejection, replayed: true }, { id: "c2", defect: "boom" });
    reply({ id: "c3", ok: true, value: null });
    const position = { partition: 0, sequence: 7 };
    expect(await Promise.all(asked)).toEqual([
      { kind: "answered", answer: { ok: false, rejection, replayed: true }, position },
      { kind: "defect", position },
      { kind: "answered", answer: { ok: true, json: "null" }, position },
    ]);
  });

  test("durable but undecided within the patience is accepted", async () => {
    const { ask } = await edge();
    const startedMs = performance.now();
    expect(await ask(question({ patienceMs: 60 }))).toEqual({ kind: "accepted" });
    expect(performance.now() - startedMs).toBeGreaterThan(55);
    expect(await ask(question({ patienceMs: 0 }))).toEqual({ kind: "accepted" });
  });

  test("no ack is in doubt, unless the answer comes all the same", async () => {
    const { ask, reply, stored } = await edge({ fault: () => "lose-ack" });
    expect(await ask(question({ patienceMs: 100 }))).toEqual({ kind: "in-doubt" });
    expect(await ask(question({ patienceMs: 0 }))).toEqual({ kind: "in-doubt" });
    const asked = ask(question());
    await stored(3);
    await new Promise((done) => setTimeout(done, 80)); // The ack is given up by now.
    reply({ id: "c3", ok: true, value: 1 });
    expect(await asked).toMatchObject({ kind: "answered" });
  });

  test("an answer that overtakes its ack counts", async () => {
    const { ask, reply, stored } = await edge({ fault: () => "lose-ack" });
    const asked = ask(question());
    await stored(1);
    reply({ id: "c1", ok: true, value: 1 });
    expect(await asked).toMatchObject({ kind: "answered" });
  });

  test("a full intake is overload, and nothing is accepted", async () => {
    const { ask, published } = await edge({ bytesMax: 10 });
    expect(await ask(question())).toEqual({ kind: "overloaded", retryAfterS: 1 });
    expect(published).toMatchObject([{ partition: 0, count: 1, outcome: "full" }]);
  });

  test("too many waiting, by number or by bytes, is overload; room comes back", async () => {
    for (const limits of [{ waitingMax: 2 }, { waitingBytesMax: 150 }]) {
      const { ask, reply, stop } = await edge({ limits });
      const first = ask(question());
      void ask(question());
      expect(await ask(question())).toEqual({ kind: "overloaded", retryAfterS: 1 });
      reply({ id: "c1", ok: true, value: 1 });
      await first;
      const third = ask(question({ patienceMs: 0 }));
      expect((await third).kind).toBe("accepted");
      stop();
    }
  });

  test("without a connection a question waits; not sent in time is not accepted, and never sent later", async () => {
    const { server, ask, broker, reply, stored, stop } = await edge({ limits: { queuedMsMax: 50 } });
    server.goDown();
    const late = ask(question({ patienceMs: 20 }));
    const patient = ask(question());
    expect(await late).toEqual({ kind: "unavailable", retryAfterS: 1 });
    server.comeUp();
    await stored(1);
    reply({ id: "c2", ok: true, value: 1 });
    expect((await patient).kind).toBe("answered");
    expect((await broker.info(streamNames.commands)).messages).toBe(1);
    stop();
  });

  test("too many waiting without a connection is no overload", async () => {
    const { server, ask, stop } = await edge({ limits: { waitingMax: 1 } });
    server.goDown();
    const first = ask(question());
    expect(await ask(question())).toEqual({ kind: "unavailable", retryAfterS: 1 });
    stop();
    expect(await first).toEqual({ kind: "unavailable", retryAfterS: 1 });
  });

  test("a command above the limit of one message is a defect of the caller", async () => {
    const { ask, waiting } = await edge({ limits: { commandBytesMax: 100 } });
    await expect((async () => await ask(question({ personal: "x".repeat(200) })))()).rejects.toThrow(
      /Cannot ask/,
    );
    expect(waiting()).toBe(0);
  });

  test("nonsense on the edge's reply subject is counted and changes nothing", async () => {
    const { ask, broker, reply, stored, unreadable } = await edge();
    const asked = ask(question());
    await stored(1);
    for (const nonsense of ["", "{", "null", "[]", '{"replies":1}', '{"replies":[null]}']) {
      broker.send(subjects.replies("e1"), new TextEncoder().encode(nonsense));
    }
    reply({ id: "c1", ok: true, value: 1 });
    expect((await asked).kind).toBe("answered");
    expect(unreadable).toHaveLength(6);
  });

  test("stopping ends every wait with what is known", async () => {
    const { ask, stored, stop, waiting } = await edge({ fault: () => undefined });
    const asked = [ask(question({ patienceMs: 9_000 })), ask(question({ patienceMs: 9_000 }))];
    await stored(2);
    await new Promise((done) => setTimeout(done, 5));
    stop();
    expect((await Promise.all(asked)).map(({ kind }) => kind)).toEqual(["accepted", "accepted"]);
    expect(waiting()).toBe(0);
    expect((await ask(question())).kind).toBe("overloaded");
  });
});
