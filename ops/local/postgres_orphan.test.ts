import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stopOrphan } from "./postgres_orphan.mjs";

let cluster: string;
beforeEach(async () => cluster = await mkdtemp(join(tmpdir(), "waybill-orphan-")));
afterEach(() => rm(cluster, { recursive: true }));

test("what a killed server left goes, also where its process id is another's by now", async () => {
  for (const name of ["postmaster.pid", ".s.PGSQL.21217.lock", ".s.PGSQL.21217", "PG_VERSION"]) {
    await writeFile(join(cluster, name), `${process.pid}\n`);
  }
  await stopOrphan(cluster);
  expect(await readdir(cluster)).toEqual(["PG_VERSION"]);
});
