import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { actorId } from "../../actors/ids.ts";
import { registerPause, registerReadOnly, registerResume } from "../cli/pause.ts";
import { runCommand } from "../cli/testing/run_command.ts";
import { type BreakableSystem, startBreakableSystem } from "../testing/breakable_system.ts";
import { heldCheck } from "./checks/held.ts";
import { setupOf } from "./setup.ts";

const lamp = actorId("sku", "LAMP"), chair = actorId("sku", "CHAIR");
let system: BreakableSystem;
beforeAll(async () => {
  system = await startBreakableSystem();
  vi.stubEnv("NATS_URL", system.url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await system?.stop();
});

const found = () => heldCheck.look(setupOf({ NATS_URL: system.url, WAYBILL_DATA: "/nonexistent/waybill" }));
const doing = ["--yes", "--by", "ada", "--why", "a move"];

test("what is held back is told with who, since when, why and what ends it, and fails nothing", async () => {
  expect(await found()).toEqual([{ verdict: "ok", says: "nothing is paused, stopped or read-only" }]);

  await runCommand(registerReadOnly, "read-only", "on", ...doing);
  await runCommand(registerPause, "pause", "partition:1", ...doing);
  await runCommand(registerResume, "resume", "partition:1", ...doing);
  await runCommand(registerPause, "pause", "projection:orders", ...doing);
  await runCommand(registerPause, "pause", chair, ...doing);
  await system.describeSku(chair, "waits", 200);
  expect(await system.describeSku(lamp, "poison")).toBe("defect");

  const since = "since \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\dZ, by ada: a move";
  const told = await found();
  expect(told).toHaveLength(4);
  expect(told).toEqual(expect.arrayContaining([
    {
      verdict: "warning",
      says: expect.stringMatching(`^projection:orders is paused ${since}$`),
      advice: 'npx waybill resume projection:orders --yes --why "…" ends it.',
    },
    {
      verdict: "warning",
      says: expect.stringMatching(`^read-only is on, and refuses every change, ${since}$`),
      advice: 'npx waybill read-only off --yes --why "…" ends it.',
    },
    {
      verdict: "warning",
      says: "sku:LAMP has stopped: it could not decide describe: a poison command",
      advice: "npx waybill dead-letters show undecided/sku:LAMP says more.",
    },
    {
      verdict: "warning",
      says: expect.stringMatching(`^sku:CHAIR is paused ${since}; 1 message waits for it$`),
      advice: 'npx waybill resume sku:CHAIR --yes --why "…" ends it.',
    },
  ]));
});
