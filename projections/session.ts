import { Fault } from "../streams/faults.ts";
import { asking, type DatabaseOptions, endsConnection, openDatabase } from "./database.ts";

/** One statement; its values are texts. Answers with the rows. */
export type Ask = <Row extends object>(
  statement: string,
  values?: readonly string[],
) => Promise<readonly Row[]>;

type SessionOptions = Pick<DatabaseOptions, "url" | "statementMsMax" | "connectMsMax" | "name">;

/**
 * Works with one connection from first to last: what belongs to a session, such as an advisory lock, is there as long as the work goes on.
 * Throws the `Fault` "database.unavailable" as soon as the connection is lost. From then on nothing more is asked of it: the driver would
 * wait for the answer for ever, or end the process (postgres.js 3.4.9: a reserved connection takes statements when its socket is gone).
 */
export async function inSession<T>(options: SessionOptions, work: (ask: Ask) => Promise<T>): Promise<T> {
  let lose = (_: unknown) => {}, over: unknown;
  const lost = new Promise<never>((_, reject) => lose = reject);
  lost.catch(() => undefined); // Heard below, as long as the work goes on.
  const end = (error: unknown) => lose(over ??= error);
  const closed = () =>
    end(new Fault("database.unavailable", "Cannot go on: the connection to the database was lost"));
  const sql = openDatabase({ ...options, connectionsMax: 1, arrays: false, closed });
  try {
    return await asking("work in the database", async () => {
      await sql`select 1`; // The driver reserves an open connection, and may wait for ever for one that it has to open.
      const session = await Promise.race([sql.reserve(), lost]);
      const ask: Ask = async (statement, values = []) => {
        if (over !== undefined) throw over;
        try {
          return await session.unsafe(statement, [...values]);
        } catch (error) {
          if (endsConnection(error)) end(error);
          throw error;
        }
      };
      return await Promise.race([work(ask).finally(() => over ?? session.release()), lost]);
    });
  } finally {
    await sql.end({ timeout: over === undefined ? 5 : 0 });
  }
}
