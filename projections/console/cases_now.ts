import { asking, type Sql } from "../database.ts";

/** Open cases by team; the team with the most urgent one first. */
export type CasesNow = readonly {
  readonly team: string;
  /** Of the `casesMax` that are due first. */
  readonly open: number;
  readonly overdue: number;
  readonly nextDue: Date;
}[];

const casesMax = 10_000;

export function casesNow(sql: Sql, now: Date): Promise<CasesNow> {
  return asking("read cases", async () => {
    const rows = await sql<{ team: string; open: number; overdue: number; next_due: Date }[]>`
      select team, count(*) as open, count(*) filter (where due_at < ${now}) as overdue, min(due_at) as next_due
      from (
        select team, due_at from cases_v1.cases where state = 'open' order by due_at, case_id limit ${casesMax}
      ) urgent
      group by team order by next_due, team`;
    return rows.map(({ next_due, ...row }) => ({ ...row, nextDue: next_due }));
  });
}
