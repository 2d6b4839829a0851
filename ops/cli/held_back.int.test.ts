import { Command } from "commander";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type ActorId, actorId } from "../../actors/ids.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { watchSwitches } from "../../streams/operations/switches.ts";
import { partitionMapOf } from "../operate/operator.ts";
import { type BreakableSystem, startBreakableSystem } from "../testing/breakable_system.ts";
import { registerDeadLetters } from "./dead_letters.ts";
import { registerInspect } from "./inspect.ts";
import { registerPause, registerReadOnly, registerResume } from "./pause.ts";

const lamp = actorId("sku", "LAMP"), chair = actorId("sku", "CHAIR");
let system: BreakableSystem, broker: Broker;

beforeAll(async () => {
  system = await startBreakableSystem();
  ({ broker } = system);
  process.env.NATS_URL = system.url;
});
afterAll(async () => {
  delete process.env.NATS_URL;
  await system?.stop();
});
const describeSku = (to: ActorId, description: string, patienceMs?: number) =>
  system.describeSku(to, description, patienceMs);
/** It is accepted, and read, and not decided. */
const waits = async (to: ActorId, description: string) => {
  expect(await describeSku(to, description, 200)).toBe("accepted");
  await system.hasRead(to);
};

/** What `waybill …` prints. */
async function waybill(...args: string[]): Promise<string> {
  const printed: string[] = [], print = (text: string) => void printed.push(text);
  const program = new Command("waybill").exitOverride().configureOutput({ writeErr: () => {} });
  for (
    const register of [registerPause, registerResume, registerInspect, registerReadOnly, registerDeadLetters]
  ) {
    register(program, print);
  }
  await program.parseAsync(args, { from: "user" });
  return printed.join("\n");
}
const doing = ["--yes", "--why", "a test", "--by", "ada"];

describe("a command that could not be decided", () => {
  const id = `undecided/${lamp}`;

  test("is listed with the reason and how many wait behind it, and others do not wait", async () => {
    expect(await waybill("dead-letters", "list")).toBe("There are no dead letters.");
    expect(await describeSku(lamp, "first")).toBe("defect");
    await waits(lamp, "second");
    system.isBroken = false;
    expect(await describeSku(chair, "a chair")).toBe("answered");
    system.isBroken = true;
    expect(await waybill("dead-letters", "list")).toBe(
      `${id}\n    Cannot decide describe for ${lamp}: a poison command\n    1 waits behind it`,
    );
    expect(JSON.parse(await waybill("dead-letters", "show", id))).toMatchObject({
      actor: lamp,
      build: "test-build",
      delivery: { message: { type: "describe", description: "first" } },
      waiting: [{ message: "describe" }],
    });
  });

  test("is not retried by saying so without --yes", async () => {
    expect(await waybill("dead-letters", "retry", id)).toContain(`Would retry ${id}`);
    expect(await waybill("dead-letters", "list")).toContain(id);
  });

  test("stops its actor again when the code is the same", async () => {
    expect(await waybill("dead-letters", "retry", id, ...doing)).toBe(
      `${lamp} stopped again: a poison command`,
    );
    expect(JSON.parse(await waybill("dead-letters", "list", "--json"))).toMatchObject([{ id, waiting: 1 }]);
  });

  test("is decided by mended code, and what waited follows", async () => {
    system.isBroken = false;
    expect(await waybill("dead-letters", "retry", id, ...doing)).toBe(
      `${lamp} decided it, and 1 that waited behind it`,
    );
    expect(await waybill("dead-letters", "list")).toBe("There are no dead letters.");
    await expect(waybill("dead-letters", "retry", id, ...doing)).rejects.toThrow(
      "there is no such dead letter",
    );
  });

  test("can be given up: what waited goes on without it", async () => {
    system.isBroken = true;
    expect(await describeSku(chair, "broken")).toBe("defect");
    await waits(chair, "a better chair");
    system.isBroken = false;
    expect(await waybill("dead-letters", "drop", `undecided/${chair}`, ...doing)).toBe(
      `${chair} goes on without it; 1 that waited behind it were let go`,
    );
  });

  test("is found by its id alone", async () => {
    await expect(waybill("dead-letters", "show", "nonsense")).rejects.toThrow("an id begins with undecided/");
  });
});

describe("what is paused", () => {
  test("says so and waits, and is let go in order", async () => {
    expect(await waybill("pause", lamp)).toContain(`Would pause ${lamp}`);
    expect(await waybill("pause", lamp, ...doing)).toBe(`${lamp} is paused`);
    await waits(lamp, "while paused");
    expect(await waybill("inspect", lamp)).toMatch(
      new RegExp(`^${lamp} is paused \\(partition \\d\\); 1 waiting\\n {4}\\S+Z {2}describe`),
    );
    expect(await waybill("resume", lamp, ...doing)).toBe(`${lamp} goes on; 1 that waited were let go first`);
    expect(await describeSku(lamp, "afterwards")).toBe("answered");
  });

  test("can be all of a kind, in every partition", async () => {
    await waybill("pause", "kind:sku", ...doing);
    await waits(lamp, "while paused");
    await waits(chair, "while paused");
    expect(await waybill("resume", "kind:sku", ...doing)).toBe(
      "kind:sku goes on; 2 that waited were let go first",
    );
    expect(await waybill("inspect")).toBe(
      "Nothing is held back.\nWhich projections stand still is not known: DATABASE_URL is not set",
    );
  });

  test("can be a partition: what is accepted waits in COMMANDS", async () => {
    const partition = `partition:${(await partitionMapOf(broker)).partitionOf(lamp)}`;
    await waybill("pause", partition, ...doing);
    await vi.waitFor(async () => expect(await describeSku(lamp, "while paused", 200)).toBe("accepted"));
    expect(await waybill("inspect", partition)).toMatch(
      /^partition-\d has been on since \S+, by ada: a test$/,
    );
    await waybill("resume", partition, ...doing);
    expect(await describeSku(lamp, "afterwards")).toBe("answered");
  });

  test.each(["order", "lamp:1", "partition:x", "kind:lamp", "sku:"])("is not %s", async (nonsense) => {
    await expect(waybill("pause", nonsense, ...doing)).rejects.toThrow(`Cannot pause ${nonsense}: name`);
  });

  test("is none of what is not there", async () => {
    await expect(waybill("pause", "partition:9", ...doing)).rejects.toThrow("Cannot find partition 9");
    await expect(waybill("resume", lamp, ...doing)).rejects.toThrow(
      `Cannot resume ${lamp}: it is not paused`,
    );
  });
});

test("read-only is on until somebody turns it off, and every process sees it", async () => {
  const seen = await watchSwitches(broker);
  expect(await waybill("read-only", "on")).toContain("Would turn read-only on; it is off");
  expect(await waybill("read-only", "on", ...doing)).toBe("Read-only is on");
  await vi.waitFor(() => expect(seen.isOn("read-only")).toBe(true));
  expect(await waybill("inspect")).toMatch(/^read-only has been on since \S+, by ada: a test$/m);
  expect(await waybill("read-only", "off", ...doing)).toBe("Read-only is off");
  await vi.waitFor(() => expect(seen.isOn("read-only")).toBe(false));
  await seen.stop();
});
