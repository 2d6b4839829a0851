import { describe, expect, test } from "vitest";
import { startChild } from "./child.mjs";
import { supervise } from "./supervisor.mjs";

const sleeper = () => startChild({ name: "sleeper", command: "sleep", args: ["60"], stopMsMax: 1_000 });

describe("a supervised process", () => {
  test("that is killed is started again, and is not after a stop", async () => {
    const pids: number[] = [];
    const lines: string[] = [];
    const onStart = ({ pid }: { pid: number }) => void pids.push(pid);
    const kept = await supervise({
      name: "sleeper",
      start: sleeper,
      log: (line) => lines.push(line),
      onStart,
    });
    process.kill(kept.child().pid, "SIGKILL");
    await expect.poll(() => pids.length).toBe(2);
    expect(pids[1]).not.toBe(pids[0]);
    await expect.poll(() => lines).toEqual([
      "sleeper ended unexpectedly (SIGKILL)",
      "sleeper was started again",
    ]);
    await kept.stop();
    expect(() => process.kill(pids[1] ?? 0, 0)).toThrow(/ESRCH/);
    expect(pids).toHaveLength(2);
  });

  test("that never worked is given up after one more try", async () => {
    let starts = 0;
    const start = () => (starts++, startChild({ name: "false", command: "false", args: [] }));
    const kept = await supervise({ name: "false", start, log: () => {}, onStart: () => {} });
    expect(await kept.failed).toBe("false does not stay up (restarts: 1)");
    expect(starts).toBe(2);
    await kept.stop();
  });

  test("that ignores its stop signal is killed when its patience ends", async () => {
    let ready = false;
    const args = ["-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"];
    const child = await startChild({
      name: "stubborn",
      command: "sh",
      args,
      stopMsMax: 300,
      onLine: () => void (ready = true),
    });
    await expect.poll(() => ready).toBe(true);
    expect(await child.stop()).toMatchObject({ signal: "SIGKILL" });
  });

  test("a command that does not exist is an error, not a process", async () => {
    const nothing = startChild({ name: "nothing", command: "/nowhere/nothing", args: [] });
    await expect(nothing.then((child) => child.exited)).rejects.toThrow(/ENOENT/).catch(async () => {
      // Under setpriv it is setpriv that starts, and says so with its exit code.
      expect((await (await nothing).exited).code).toBeGreaterThan(0);
    });
  });
});
