import { expect, test } from "vitest";
import { stopAll } from "./roles.ts";

test("all are stopped, one after the other, also when some of them cannot be", async () => {
  const stopped: string[] = [];
  const part = (name: string, error?: Error) => ({
    stop: async () => {
      await Promise.resolve();
      stopped.push(name);
      if (error !== undefined) throw error;
    },
  });
  const first = new Error("the edge is stuck"), second = new Error("the broker, too");
  const atOnce = () => {
    stopped.push("broker");
    throw second;
  };
  const errors = await stopAll([part("edge", first), part("host"), { stop: atOnce }, part("telemetry")]);
  expect(stopped).toEqual(["edge", "host", "broker", "telemetry"]);
  expect(errors).toEqual([first, second]);
});
