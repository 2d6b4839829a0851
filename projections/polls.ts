import { asking, type Sql } from "./database.ts";

/** How soon parcels of a standing are asked after (`http/polling/urgency.ts`). */
export interface PollRule {
  readonly status: string;
  /** Empty: any that has no row of its own. */
  readonly sub_status: string;
  readonly late: boolean;
  readonly watched: boolean;
  /** Lower ones first; -1: never. */
  readonly rank: number;
  readonly every_ms: number;
}
/** A parcel that this process asks after, and nobody else until the claim ends. */
export interface ClaimedPoll {
  /** `<carrier>:<number>`. */
  readonly parcel: string;
  readonly rank: number;
  /** Failed questions in a row. */
  readonly failures: number;
  /** Of the last answer that was kept. */
  readonly bodyHash: string | null;
}
export interface ClaimOptions {
  readonly carrier: string;
  readonly rules: readonly PollRule[];
  readonly watchedMs: number;
  readonly claimMs: number;
  readonly countMax: number;
}

/** When carriers were asked after parcels, and when they may be asked again. All times are the database's. */
export interface Polls {
  /** Those that are due, the most urgent first, each claimed by one caller only. */
  claim(options: ClaimOptions): Promise<readonly ClaimedPoll[]>;
  /** There was an answer; `bodyHash` when it was kept. */
  answered(parcel: string, bodyHash?: string): Promise<void>;
  failed(parcel: string, retryMs: number): Promise<void>;
  /** Were not asked after, and may be by anyone. */
  release(parcels: readonly string[]): Promise<void>;
  /** The carrier wants to be left alone so long. */
  pause(carrier: string, forMs: number): Promise<void>;
  /** How long it still does; 0: it does not. */
  pausedMs(carrier: string): Promise<number>;
  /** Somebody saw the pages of these tokens. */
  viewed(tokens: readonly string[]): Promise<void>;
  /** Forgets what no longer matters. */
  prune(watchedMs: number): Promise<void>;
}

export function postgresPolls(sql: Sql): Polls {
  const ms = (count: number) => sql`${count}::float8 * interval '1 millisecond'`;
  return {
    claim: (options) => asking("find parcels to ask after", () => claim(sql, options)),
    answered: (parcel, bodyHash) =>
      asking("note an answer", async () => {
        await sql`
          update polling_v1.polls set asked_at = now(), not_before = now(), claimed_until = '-infinity',
            failures = 0, body_hash = coalesce(${bodyHash ?? null}, body_hash)
          where parcel = ${parcel}`;
      }),
    failed: (parcel, retryMs) =>
      asking("note a failure", async () => {
        await sql`
          update polling_v1.polls set not_before = now() + ${ms(retryMs)}, claimed_until = '-infinity',
            failures = least(failures + 1, 1000000)
          where parcel = ${parcel}`;
      }),
    release: (parcels) =>
      asking("release parcels", async () => {
        if (parcels.length === 0) return;
        await sql`
          update polling_v1.polls set claimed_until = '-infinity'
          where parcel = any(${sql.array([...parcels])}::text[])`;
      }),
    pause: (carrier, forMs) =>
      asking("note a pause", async () => {
        await sql`
          insert into polling_v1.pauses values (${carrier}, now() + ${ms(forMs)})
          on conflict (carrier) do update set until = greatest(pauses.until, excluded.until)`;
      }),
    pausedMs: (carrier) =>
      asking("read pauses", async () => {
        const [row] = await sql<{ ms: number }[]>`
          select (extract(epoch from until - now()) * 1000)::float8 as ms from polling_v1.pauses
          where carrier = ${carrier}`;
        return Math.max(0, row?.ms ?? 0);
      }),
    viewed: (tokens) =>
      asking("note that pages were seen", async () => {
        await sql`
          insert into polling_v1.views
          select distinct parcel, now() from parcels_v1.shipments
          where token = any(${sql.array([...tokens])}::text[])
          order by parcel
          on conflict (parcel) do update set viewed_at = excluded.viewed_at`;
      }),
    prune: (watchedMs) =>
      asking("forget old polls", async () => {
        await sql`delete from polling_v1.views where viewed_at < now() - ${ms(watchedMs)}`;
        await sql`delete from polling_v1.pauses where until < now()`;
        await sql`
          delete from polling_v1.polls l using parcels_v1.parcels p
          where p.parcel = l.parcel and l.claimed_until < now()
            and p.status in ('delivered', 'cancelled', 'expired')`;
      }),
  };
}

/** Two who claim at once see the same rows; the second one waits for the first, and then finds them claimed. */
async function claim(
  sql: Sql,
  { carrier, rules, watchedMs, claimMs, countMax }: ClaimOptions,
): Promise<readonly ClaimedPoll[]> {
  // Or those that have arrived, of which there are more every day, would be read each time.
  const statuses = [...new Set(rules.filter(({ rank }) => rank >= 0).map(({ status }) => status))];
  return await sql<ClaimedPoll[]>`
    with rules as materialized (
      select * from jsonb_to_recordset(${sql.json(rules.map((rule) => ({ ...rule })))}) as r(
        status text, sub_status text, late boolean, watched boolean, rank int, every_ms float8)
    ), due as materialized (
      select p.parcel, coalesce(own.rank, every.rank) as rank, coalesce(l.asked_at, '-infinity') as asked_at
      from parcels_v1.parcels p
        left join polling_v1.polls l on l.parcel = p.parcel
        left join polling_v1.views v on v.parcel = p.parcel
          and v.viewed_at > now() - ${watchedMs}::float8 * interval '1 millisecond'
        join rules every on every.status = p.status and every.sub_status = '' and every.late = p.late
          and every.watched = (v.parcel is not null)
        left join rules own on own.sub_status <> '' and own.status = p.status and own.sub_status = p.sub_status
          and own.late = p.late and own.watched = (v.parcel is not null)
      where p.carrier = ${carrier} and (p.shipped or p.followed) and p.status = any(${
    sql.array(statuses)
  }::text[])
        and coalesce(own.rank, every.rank) >= 0
        and (l.parcel is null or (l.not_before <= now() and l.claimed_until <= now()
          and l.asked_at + coalesce(own.every_ms, every.every_ms) * interval '1 millisecond' <= now()))
      order by 2, 3, 1
      limit ${countMax}
    ), claimed as (
      insert into polling_v1.polls as l (parcel, asked_at, not_before, claimed_until, failures)
      select parcel, '-infinity', '-infinity', now() + ${claimMs}::float8 * interval '1 millisecond', 0
      from due order by parcel
      on conflict (parcel) do update set claimed_until = excluded.claimed_until where l.claimed_until <= now()
      returning l.parcel, l.failures, l.body_hash
    )
    select due.parcel, due.rank, claimed.failures, claimed.body_hash as "bodyHash"
    from claimed join due on due.parcel = claimed.parcel order by due.rank, due.asked_at, due.parcel`;
}
