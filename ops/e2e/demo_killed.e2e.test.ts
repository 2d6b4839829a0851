import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { projectFolder } from "../bench/child.ts";
import { type DemoResult, runDemo } from "../demo/demo.ts";
import type { Progress } from "../cli/progress.ts";
import { madeUpSales } from "../demo/made_up.ts";
import { expectOneTruth } from "./books.ts";
import { waybill } from "./command_line.ts";
import { newSystem, type System } from "./system.ts";

const kills = 10;
const delayMsMax = 25;
const patienceSeconds = 90;
/** Ten starts of the whole system in one test. */
const msMax = 30 * 60_000;
const realFile = resolve(projectFolder, "../shared/data/online-retail/2011-11-27.csv");
const isReal = existsSync(realFile);
const seed = Number(process.env["WAYBILL_TEST_SEED"] ?? Date.now() % 1_000_000);

let folder = "";
let system: System;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "waybill-demo-"));
  system = await newSystem();
  await system.start();
});
afterAll(async () => {
  await system?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** The same sales under another hash, so that each round has goods, orders and a channel that are new to the system. */
function salesFile(round: number): string {
  const path = join(folder, `sales-${round}.csv`);
  writeFileSync(path, (isReal ? readFileSync(realFile, "utf8") : madeUpSales()) + "\n".repeat(round));
  return path;
}

/** Mulberry32: small, and the same everywhere. */
function numbers(from: number): (below: number) => number {
  let state = from;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Reports when so many orders are answered. */
function watch(step: number): { progress: Progress; reached: Promise<void> } {
  let steps = 0, begun = "", arrive = () => {};
  const reached = new Promise<void>((done) => arrive = done);
  const check = () => void (begun === "orders" && steps >= step && arrive());
  const progress = {
    begin: (what: string) => {
      begun = what;
      check();
    },
    step: () => {
      steps++;
      check();
    },
    end: () => {},
  };
  return { progress, reached };
}

interface Round {
  readonly file: string;
  readonly step: number;
  readonly delayMs: number;
  /** The feed goes on through the kill; else it dies too, and everything is sent again from the start. */
  readonly survives: boolean;
}

async function runThroughKill({ file, step, delayMs, survives }: Round): Promise<DemoResult> {
  const { progress, reached } = watch(step);
  const patience = survives ? patienceSeconds : 1;
  const running = runDemo({ file, target: system, progress, patienceSeconds: patience });
  const outcome = running.then((result) => ({ result }), (error: unknown) => ({ error }));
  await Promise.race([reached, outcome]);
  await sleep(delayMs);
  await system.killAll();
  if (!survives) {
    const cut = await outcome; // May have come to its end in the last moments.
    if ("error" in cut) expect(String(cut.error)).toContain("gave no decision");
    await system.start();
    return await runDemo({ file, target: system });
  }
  await system.start();
  return await running;
}

const total = isReal ? 58 : 240;
const wanted = {
  ...{ orders: total, confirmed: total, refused: 0, stockNow: 0 },
  ...(isReal ? { cancellations: 2, writeOffs: 0, sales: "20611.08" } : {}),
};

/** Without the time it took, which differs. */
function figures({ report: { seconds: _, ...figures } }: Pick<DemoResult, "report">) {
  return figures;
}

describe(`the demo with ${isReal ? "a day of real sales" : "the made-up shop"}`, () => {
  test(`is exact after each of ${kills} kills of the whole system (seed ${seed})`, async () => {
    const next = numbers(seed);
    for (let round = 0; round < kills; round++) {
      const file = salesFile(round);
      const at = { file, step: next(total), delayMs: next(delayMsMax), survives: round % 2 === 0 };
      console.log(`round ${round}: kill -9 ${at.delayMs} ms after order ${at.step} of ${total}`);
      const done = await runThroughKill(at);
      expect(done.defects).toEqual([]);
      expect(done.report).toMatchObject(wanted);
      expect(done.report.stockBefore).toBe(done.report.sold + done.report.writtenOff);
      const again = await runDemo({ file, target: system });
      expect(again.tally.changes).toBe(0);
      expect(figures(again)).toEqual(figures(done));
    }
    const books = await expectOneTruth(system);
    const orders = [...books.actors.keys()].filter((id) => id.startsWith("order:"));
    expect(orders).toHaveLength(kills * total);
    expect([...books.decided].filter(([, times]) => times > 1)).toEqual([]);
  }, msMax);

  test("says the same on the command line", async () => {
    const { code, stdout, stderr } = await waybill(system, "demo", salesFile(0), "--json");
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toMatchObject(wanted);
    expect(stderr).toContain("Nothing changed");
  });
});
