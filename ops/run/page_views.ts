import { noticed, Views } from "../../http/polling/views.ts";
import type { Sql } from "../../projections/database.ts";
import { postgresPolls } from "../../projections/polls.ts";
import type { TrackingQueries } from "../../projections/queries.ts";
import type { Shared } from "./role.ts";

const writeMs = 2_000;

/** Notes in the database whose pages are looked at: carriers are asked after those parcels first. */
export function watchPages(
  { runtime, log }: Shared,
  queries: TrackingQueries,
  { sql, closing }: { readonly sql: Sql; readonly closing: AbortController },
): TrackingQueries {
  const views = new Views(), polls = postgresPolls(sql);
  let timer = runtime.after(writeMs, write);
  function write() {
    timer = runtime.after(writeMs, write);
    const tokens = views.take();
    if (tokens.length === 0) return;
    // No page is held up by it: who still looks is noted again in a minute.
    polls.viewed(tokens).catch((err) => log.warn({ err }, "it could not be noted whose pages are looked at"));
  }
  closing.signal.addEventListener("abort", () => timer.stop(), { once: true });
  return noticed(queries, (token) => views.note(token, runtime.elapsedMs()));
}
