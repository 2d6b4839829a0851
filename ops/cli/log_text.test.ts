import { expect, test } from "vitest";
import type { Heartbeat } from "../../streams/cluster/members.ts";
import { streamNames } from "../../streams/record.ts";
import { statusText } from "./log_text.ts";

const nowMs = 1_000_000;
const member = (role: Heartbeat["role"], more: Partial<Heartbeat> = {}): Heartbeat => ({
  role,
  name: `shop-${role}-7d9c6b5f4d-abcde/1/01KAMZ3M6JTN5V6R1X0Q2W8Y9Z`,
  state: "here",
  declines: [],
  follows: [],
  stampMs: nowMs - 100,
  ...more,
});
const host = member("host").name;
const status = {
  partitions: [
    { partition: 0, buckets: [0, 4096] as const, host, epoch: 12, head: 1_234_567, behind: 0, waitingMs: 0 },
  ],
  members: [
    member("host"),
    member("projector", { state: "leaving" }),
    member("deliver"),
    member("deliver", { name: "silent", stampMs: nowMs - 60_000 }),
  ],
  readers: {
    all: [
      { reader: "callbacks" as const, sequence: 1_234_560, behind: 7, waitingMs: 3_000 },
      { reader: "notifications" as const, partition: 0, sequence: 1_234_567, behind: 0, waitingMs: 0 },
      { reader: "webhooks" as const, partition: 0, behind: 1_234_567, waitingMs: 86_400_000 },
    ],
  },
  streams: Object.values(streamNames).map((name) => ({ name, messages: 1_234_567, bytes: 5e9 })),
};

test("the status names every stream and each member that is here, on at most 80 columns", () => {
  const text = statusText(status, nowMs), lines = text.split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  for (const name of Object.values(streamNames)) expect(text).toContain(`  ${name} 1234567 (4.7 GiB)`);
  expect(lines.slice(lines.indexOf("Members:") + 1).map((line) => line.slice(0, 50)).slice(0, 3)).toEqual([
    "  deliver shop-deliver-7d9c6b5f4d-abcde/1/01KAMZ3M",
    "  host shop-host-7d9c6b5f4d-abcde/1/01KAMZ3M6JTN5V",
    "  projector (leaving) shop-projector-7d9c6b5f4d-ab",
  ]);
  expect(text).not.toContain("silent");
});

test("the status says how far each reader of deliver is, or why that is not known", () => {
  const lines = statusText(status, nowMs).split("\n"), from = lines.indexOf("Read by deliver:") + 1;
  expect(lines.slice(from, from + 4)).toEqual([
    "  callbacks: at 1234560, 7 behind, for 3 s",
    "  notifications of 0: at 1234567, nothing waits",
    "  webhooks of 0: nobody has read yet, 1234567 behind, for 24 h",
    "Stored, messages (bytes):",
  ]);
  const unknown = "notifications and webhooks: DATABASE_URL is not set";
  expect(statusText({ ...status, readers: { all: [], unknown } }, nowMs)).toContain(`\n  ${unknown}\n`);
});
