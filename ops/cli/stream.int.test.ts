import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { hashOf } from "../../streams/hash.ts";
import { recordsInFile } from "../reading/import_file.ts";
import { buildTown, orderNumbered, type SmallTown } from "../reading/testing/small_town.ts";
import { startTestNats, type TestNats } from "../testing/nats.ts";
import { initLog } from "../run/open_log.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { registerDecideCheck } from "./decide_check.ts";
import { registerShow } from "./show.ts";
import { registerStream } from "./stream.ts";
import { runCommand } from "./testing/run_command.ts";

let town: SmallTown, folder: string, files = 0;
beforeAll(async () => {
  [town, folder] = await Promise.all([buildTown(2), mkdtemp(join(tmpdir(), "waybill-export-"))]);
});
beforeEach(() => void vi.stubEnv("NATS_URL", town.nats.url));
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  await town?.stop();
  if (folder) await rm(folder, { recursive: true });
});

const stream = (...args: string[]) => runCommand(registerStream, "stream", ...args);
const newFile = () => join(folder, `${++files}.ndjson`);
const linesOf = async (file: string) => (await readFile(file, "utf8")).trimEnd().split("\n");

async function exported(...args: string[]): Promise<Record<string, unknown>[]> {
  const file = newFile();
  await stream("export", ...args, "--to-file", file);
  return (await linesOf(file)).filter((line) => line !== "").map((line) => JSON.parse(line));
}

describe("export", () => {
  test("a line for each event, with where it stands and what it follows from", async () => {
    const events = await exported("--actor", `order:${orderNumbered(2)}`);
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["order.placed", "order.rejected"]),
    );
    expect(events[0]).toMatchObject({
      position: expect.stringMatching(/^\d+:\d+:\d+$/),
      actor: `order:${orderNumbered(2)}`,
      version: 1,
      v: 1,
      cause: { to: `order:${orderNumbered(2)}`, type: "place", commands: expect.stringMatching(/^\d+:0$/) },
    });
    expect(await exported("--type", "order.rejected")).toHaveLength(1);
  });

  test("commands with what they were answered", async () => {
    const places = await exported("--commands", "--type", "place");
    expect(places.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(["later"]));
    expect(places).toHaveLength(5);
  });

  test("what broke off anywhere goes on without a gap or a twin", async () => {
    const whole = newFile(), broken = newFile();
    await stream("export", "--to-file", whole);
    const lines = await linesOf(whole);
    for (const at of [1, Math.floor(lines.length / 2), lines.length - 1]) {
      await writeFile(broken, `${lines.slice(0, at).join("\n")}\n`);
      await stream("export", "--to-file", broken, "--after", JSON.parse(lines[at - 1]!).position);
      expect(await linesOf(broken)).toEqual(lines);
    }
  });

  test("from and to, by place and by time", async () => {
    const all = await exported(),
      middle = all[Math.floor(all.length / 2)]!,
      sequence = String(middle["position"]).split(":")[1]!;
    const before = await exported("--to", String(Number(sequence) - 1)),
      after = await exported("--from", sequence);
    expect([...before, ...after]).toEqual(all);
    const later = await exported("--from", String(middle["time"]));
    expect(later.length).toBeGreaterThanOrEqual(after.length - 1);
    expect(await exported("--to", "2011-01-01T00:00:00Z")).toEqual([]);
  });

  test("says so when nothing fits, and refuses what can never fit", async () => {
    const told = vi.spyOn(console, "error").mockReturnValue();
    expect(await exported("--actor", "sku:NOBODY-HAS-IT")).toEqual([]);
    expect(told).toHaveBeenCalledWith("Nothing in that part of the log fits: no line was written");
    told.mockRestore();
    const refused = (...args: string[]) => expect(exported(...args)).rejects;
    await refused("--actor", "foo").toMatchObject({
      message: expect.stringMatching(
        /^Cannot export: --actor foo is none: name an actor such as order:ord_…/,
      ),
      exitCode: 2,
    });
    await refused("--partition", "7").toMatchObject({ exitCode: 2 });
    await refused("--from", "9", "--to", "3").toThrow("that ends before it begins");
  });

  test("does not write over a file", async () => {
    const file = newFile();
    await writeFile(file, "mine");
    await expect(stream("export", "--to-file", file)).rejects.toThrow("is there already");
  });
});

describe("import", () => {
  let nats: TestNats, broker: Broker;
  beforeEach(async () => {
    nats = await startTestNats();
    broker = await connectJetStream({ servers: nats.url, name: "fresh" });
    await initLog(broker, systemRuntime("test"), { partitions: 2, replicas: 1 });
  });
  afterEach(async () => {
    await broker.close();
    await nats.stop();
  });

  async function raw(...args: string[]): Promise<string> {
    const file = newFile();
    await stream("export", "--raw-records", "--to-file", file, ...args);
    vi.stubEnv("NATS_URL", nats.url);
    return file;
  }
  const yes = ["--yes", "--why", "a look", "--by", "tester"];

  test("a fresh log becomes the same one, record for record: it is shown, and decides the same", async () => {
    const file = await raw();
    expect((await stream("import", file)).text).toMatch(
      /^\d+ records of .*, whole and chained; in the log already: 0[^]*Nothing was changed/,
    );
    expect((await broker.info("EVENTS")).lastSequence).toBe(0);
    await stream("import", file, ...yes);
    for await (const { sequence, payload } of recordsInFile(file)) {
      expect(hashOf((await broker.at("EVENTS", sequence))!.payload)).toBe(hashOf(payload));
    }
    expect((await runCommand(registerShow, "show", "web/1")).text).toContain("Closed");
    expect((await runCommand(registerDecideCheck, "decide-check")).exitCode).toBe(0);
  });

  test("what died half-way goes on; what is another log is refused", async () => {
    const half = await raw("--to", "9");
    await stream("import", half, ...yes);
    vi.stubEnv("NATS_URL", town.nats.url);
    const file = await raw(), count = (await linesOf(file)).length;
    expect((await stream("import", file, ...yes, "--json")).text).toContain(`"written":${count - 9}`);
    await expect(stream("import", half, ...yes)).rejects.toThrow(
      "more than its 9; only a fresh one can be written to",
    );
  });

  test("a gap, a changed byte and a changed chain are refused before anything is written", async () => {
    const lines = await linesOf(await raw());
    const wrong = async (text: readonly string[]) => {
      const file = newFile();
      await writeFile(file, `${text.join("\n")}\n`);
      return await stream("import", file, ...yes).then(() => "written", (error: Error) => error.message);
    };
    expect(await wrong(lines.slice(1))).toMatch(/^Cannot use these records: 1 is missing, the next one is 2/);
    expect(await wrong(lines.with(5, lines[5]!.replace("GBP", "EUR").replace("atMs", "atMz")))).toMatch(
      /its bytes are not those/,
    );
    const other = JSON.parse(lines[5]!), text = String(other.text).replace('"atMs":1', '"atMs":2');
    const forged = JSON.stringify({ ...other, text, hash: hashOf(new TextEncoder().encode(text)) });
    expect(await wrong(lines.with(5, forged))).toMatch(/^Cannot read on: record \d+ of partition/);
    expect(await wrong([...lines.slice(0, 3), "{}"])).toMatch(/line 4 is no record/);
    expect((await broker.info("EVENTS")).lastSequence).toBe(0);
  });
});
