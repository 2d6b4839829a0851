import { defineConfig } from "vitest/config";

const rooms = "{actors,streams,projections,http,ops}/**";
const everywhere = { globals: false, retry: 0, environment: "node", pool: "forks" } as const;

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
          testTimeout: 15_000,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...everywhere,
          name: "sim",
          include: [`${rooms}/*.sim.test.ts`],
          testTimeout: 400_000,
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
          testTimeout: 60_000,
          hookTimeout: 60_000,
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
          testTimeout: 300_000,
          hookTimeout: 120_000,
          maxWorkers: 1, // Each starts a whole system; two at once would measure each other.
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
