import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { checkDecisions } from "../../streams/redeciding/check.ts";
import type { Difference } from "../../streams/redeciding/differences.ts";
import { actorsIn } from "../reading/other_code.ts";
import { buildTown, orderNumbered, type SmallTown } from "../reading/testing/small_town.ts";
import type { WhatIfReport } from "../reading/what_if_report.ts";
import { registerDecideCheck } from "./decide_check.ts";
import { runCommand } from "./testing/run_command.ts";
import { registerWhatIf } from "./what_if.ts";

let town: SmallTown, otherCode: string;

beforeAll(async () => {
  [town, otherCode] = await Promise.all([
    buildTown(2),
    codeWith({
      file: "actors/sku/sku_state.ts",
      line: "return Math.max(0, free(stock) - stock.safetyStock);",
      changed: "return Math.max(0, free(stock) - stock.safetyStock - 5);",
    }),
  ]);
  vi.stubEnv("NATS_URL", town.nats.url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await town?.stop();
  if (otherCode) await rm(otherCode, { recursive: true });
});

/** A checkout of this project's actors in which one line says something else. */
async function codeWith(
  { file, line, changed }: { file: string; line: string; changed: string },
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "waybill-code-"));
  await cp("actors", join(folder, "actors"), { recursive: true });
  await cp("package.json", join(folder, "package.json"));
  await symlink(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
  const text = await readFile(join(folder, file), "utf8");
  expect(text.split(line)).toHaveLength(2);
  await writeFile(join(folder, file), text.replace(line, changed));
  return folder;
}

const check = (...args: string[]) => runCommand(registerDecideCheck, "decide-check", ...args);
const ask = (...args: string[]) => runCommand(registerWhatIf, "what-if", ...args);
const report = async (...args: string[]) => JSON.parse((await ask(...args, "--json")).text) as WhatIfReport;

describe("decide-check", () => {
  test("the same code decides the same: orders, shipments, a return, a deadline, refusals", async () => {
    expect(town.told.filter((told) => told === "insufficient-stock")).toHaveLength(1);
    const { text, exitCode } = await check("--json"), checked = JSON.parse(text);
    expect(checked).toMatchObject({ differences: 0, found: [] });
    expect(checked.commands).toBeGreaterThan(30);
    expect(exitCode).toBe(0);
    expect((await check()).text).toMatch(/^The same: \d+ of \d+ turns/);
  });

  test("a part of it: by place and by partition", async () => {
    const whole = JSON.parse((await check("--json")).text),
      part = JSON.parse((await check("--from", "5", "--partition", "0", "--json")).text);
    expect(part.decided).toBeGreaterThan(0);
    expect(part.decided).toBeLessThan(whole.decided);
    expect(part).toMatchObject({ differences: 0, records: whole.records });
  });

  test("what is not there is no proof: a window without turns, a partition that there is not", async () => {
    const { text, exitCode } = await check("--from", "2030-01-01T00:00:00Z");
    expect(text).toMatch(/^NOTHING was decided: none of the \d+ turn records that were read lies there$/);
    expect(exitCode).toBe(1);
    expect(await check("--from", "999999", "--json")).toMatchObject({ exitCode: 1 });
    await expect(check("--partition", "7")).rejects.toMatchObject({
      message: "Cannot find partition 7: the log has 2 partitions, see waybill log status",
      exitCode: 2,
    });
    await expect(check("--from", "9", "--to", "8")).rejects.toMatchObject({ exitCode: 2 });
  });

  test("other code: each turn that would decide otherwise is named, on the state that it really had", async () => {
    const found: Difference[] = [], actors = await actorsIn(otherCode);
    await checkDecisions(town.broker, { actors, wanted: () => true, differs: (one) => void found.push(one) });
    const held = found.find(({ what, of }) => what === "events" && of === "sku:A");
    expect(held).toMatchObject({
      cause: { type: "place", to: `order:${orderNumbered(1)}` },
      recorded: [{ type: "stock.reserved", data: { parts: [{ location: "LON1", quantity: 6 }] } }],
      decided: [],
    });
  });
});

describe("what-if", () => {
  test("the same code changes nothing, from any moment on", async () => {
    for (const from of ["1", "7", "20"]) {
      const { text, exitCode } = await ask(from, "999999");
      expect(text).toMatch(/^Nothing changes: \d+ commands? in/);
      expect(exitCode).toBe(0);
    }
  });

  test("a changed rule: what is answered otherwise, and what that does to money and stock", async () => {
    const changed = await report("1", "999999", "--code", otherCode);
    expect(changed.outcomes[0]).toMatchObject({
      name: expect.stringMatching(/^order place: ok -> insufficient-stock$/),
    });
    expect(changed.statuses).toContainEqual({
      name: "closed -> rejected",
      count: 1,
      examples: [orderNumbered(1)],
    });
    expect(changed.money).toContainEqual({
      name: "invoiced GBP",
      recorded: "10.50",
      decided: "0.00",
      difference: "-10.50",
    });
    expect(changed.stock.map(({ name }) => name)).toContain("units on hand");
    expect(changed.actors.find(({ name }) => name === "sku")!.examples).toContainEqual(
      expect.objectContaining({
        actor: "sku:A",
        recorded: expect.arrayContaining([expect.objectContaining({ type: "stock.reserved" })]),
      }),
    );
    expect(changed.dead).toEqual([]);
  });

  test("the consequences go on: what was shipped is refused now, and a deadline that nobody sets does not pass", async () => {
    const { outcomes, timers } = await report("1", "999999", "--code", otherCode);
    expect(outcomes.map(({ name }) => name)).toContainEqual(expect.stringMatching(/^order ship: ok -> /));
    expect(timers.gone + timers.fired).toBeGreaterThan(0);
  });

  test("reads well, and fits a terminal", async () => {
    const { text } = await ask("1", "999999", "--code", otherCode);
    expect(text).toContain("Commands answered otherwise");
    expect(text).toContain("Nothing was written.");
    expect(Math.max(...text.split("\n").map((line) => line.length)), text).toBeLessThanOrEqual(80);
  });

  test("writes nothing", async () => {
    const before = await town.broker.info("EVENTS");
    await ask("1", "999999", "--code", otherCode);
    expect(await town.broker.info("EVENTS")).toEqual(before);
  });

  test("a window that ends before it begins is a misuse; one that holds nothing shows nothing", async () => {
    const reversed = [["50", "1"], ["2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"], [
      "2030-01-01T00:00:00Z",
      "1",
    ]];
    for (const [from, to] of reversed) {
      await expect(ask(from!, to!)).rejects.toMatchObject({
        message: `Cannot look at what is from ${from} to ${to}: that ends before it begins`,
        exitCode: 2,
      });
    }
    const { text, exitCode } = await ask("900000", "999999");
    expect(text).toMatch(/^NOTHING was decided: none of the \d+ turn records/);
    expect(exitCode).toBe(1);
  });

  test("a folder without code is refused by name", async () => {
    await expect(ask("1", "2", "--code", tmpdir())).rejects.toThrow("it has no actors/registry.ts");
  });
});
