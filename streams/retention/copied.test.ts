import { beforeEach, expect, test } from "vitest";
import type { Broker } from "../broker/broker.ts";
import { MemoryServer } from "../broker/memory.ts";
import { writeHead } from "../host/lease.ts";
import type { Partition } from "../partition_map.ts";
import { subjects } from "../record.ts";
import { ensureStreams } from "../streams.ts";
import { DoneCommands } from "./copied.ts";
import type { CommandsRead } from "./held_commands.ts";

const whole: Partition[] = [{ partition: 0, range: [0, 1024] }];
const split: Partition[] = [
  { partition: 0, range: [0, 512] },
  { partition: 1, range: [512, 1024], origin: { partition: 0, sequence: 3, hash: "h" } },
];
let broker: Broker;
beforeEach(async () => {
  broker = new MemoryServer().connect();
  await ensureStreams(broker, 1);
});

/** What a partition says of itself at a record, and up to which record of others it has heard. */
const says = (partition: number, sequence: number, commands: CommandsRead, heard = 0) =>
  writeHead(broker, partition, {
    ...{ sequence, hash: "h", eventsCreatedAtMs: 1, commands },
    peers: { sequence: heard, hash: "h" },
  });
const copied = (partition: number, sequence: number) => {
  const message = { format: 1, partition, position: { sequence, hash: "h" }, items: [] };
  return broker.publish(subjects.personal(partition), new TextEncoder().encode(JSON.stringify(message)), {
    ackMsMax: 100,
  });
};

test("what a partition says counts once its records up to there are copied", async () => {
  const done = new DoneCommands(broker);
  await says(0, 5, { passed: 9, held: 2 });
  await copied(0, 4);
  expect(await done.look(whole)).toEqual(new Map());
  await says(0, 8, { passed: 12 }); // What it said before counts first.
  await copied(0, 5);
  expect(await done.look(whole)).toEqual(new Map([[0, { passed: 9, held: 2 }]]));
  expect(await done.look(whole)).toEqual(new Map([[0, { passed: 9, held: 2 }]]));
  await copied(0, 8);
  expect(await done.look(whole)).toEqual(new Map([[0, { passed: 12 }]]));
});

test("what a split partition passed on is kept until its child has heard it, and that is copied", async () => {
  const done = new DoneCommands(broker);
  await says(0, 5, { passed: 9 });
  await copied(0, 5);
  expect(await done.look(split)).toEqual(new Map()); // The child has said nothing yet.
  await says(1, 3, { passed: 0 }, 3);
  expect(await done.look(split)).toEqual(new Map());
  await says(0, 8, { passed: 10 }, 4);
  await says(1, 4, { passed: 0 }, 4);
  await copied(0, 8);
  await copied(1, 4);
  expect(await done.look(split)).toEqual(new Map()); // It has heard up to 4, and 5 may pass something on.
  await says(1, 7, { passed: 0, held: 6 }, 6);
  await copied(1, 7);
  expect(await done.look(split)).toEqual(new Map([[0, { passed: 9 }], [1, { passed: 0, held: 6 }]]));
});
