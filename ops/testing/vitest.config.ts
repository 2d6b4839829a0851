import { defineConfig } from "vitest/config";

const rooms = "{actors,streams,projections,http,ops}/**";
/** A test that hangs is ended, none is timed: these are far above what one takes on a busy machine. */
const minuteMs = 60_000;

const everywhere = {
  globals: false,
  retry: 0,
  environment: "node",
  pool: "forks" as const,
  setupFiles: ["ops/testing/patience.ts"],
  expect: { poll: { timeout: minuteMs } },
};

/** Four groups by what they cost; a file's suffix says which. Servers are started only for those that need them. */
export default defineConfig({
  test: {
    passWithNoTests: false,
    reporters: ["default"],
    projects: [
      {
        test: {
          ...everywhere,
          name: "unit",
          include: [`${rooms}/*.test.ts`],
          exclude: ["node_modules/**", `${rooms}/*.{sim,int,e2e}.test.ts`],
          testTimeout: 2 * minuteMs,
          hookTimeout: 2 * minuteMs,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...everywhere,
          name: "sim",
          include: [`${rooms}/*.sim.test.ts`],
          testTimeout: 15 * minuteMs,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...everywhere,
          name: "int",
          include: [`${rooms}/*.int.test.ts`],
          globalSetup: ["ops/testing/servers.ts"],
          testTimeout: 3 * minuteMs,
          hookTimeout: 3 * minuteMs,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...everywhere,
          name: "e2e",
          include: [`${rooms}/*.e2e.test.ts`],
          globalSetup: ["ops/testing/servers.ts"],
          testTimeout: 10 * minuteMs,
          hookTimeout: 5 * minuteMs,
          maxWorkers: 1, // Each starts a whole system; two at once would measure each other.
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
