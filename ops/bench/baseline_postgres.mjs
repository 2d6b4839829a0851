// @ts-check
// The baselines' own Postgres, a process of its own on Node: `baseline_postgres.mjs FOLDER`. Prints `ready URL PID`, and stops it when
// it is told to end.
import process from "node:process";
import { startPostgres } from "../local/postgres.mjs";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Cannot start Postgres: no folder is named");
const server = await startPostgres({ dataDir: folder });
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, async () => {
    await server.stop();
    process.exit(0);
  });
}
console.log(`ready ${server.url} ${server.pid}`);
