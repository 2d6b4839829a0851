import type { Sql } from "../../../projections/database.ts";
import { recipientOf } from "../../../projections/outbox/recipients.ts";

/** One message waits to be sent to each of these. */
export async function messagesTo(sql: Sql, names: readonly string[], ageHours = 0): Promise<void> {
  for (const name of names) {
    const email = `${name}@example.org`, recipient = recipientOf("email", email);
    await sql`insert into people_v1.customers values (${name}, ${sql.json({ email })}, now())`;
    await sql`
      insert into outbox_v1.deliveries
        (delivery_id, subject, milestone, detail, channel, recipient, version, order_id, facts, at)
      values (${`id-${name}`}, ${name}, 'confirmed', '', 'email', ${recipient}, 1, ${name}, '{"atMs":1}',
        now() - make_interval(hours => ${ageHours}))`;
  }
}
