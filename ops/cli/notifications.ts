import type { Command } from "commander";
import { type Deliveries, openDeliveries, type ParkedDelivery } from "../../projections/outbox/deliveries.ts";
import { actAtOnce, type ActFlags, withRecordFlags } from "./act.ts";
import { counted } from "./counted.ts";
import { exitCodes, Failure } from "./failure.ts";
import Table from "cli-table3";
import { withBroker } from "./with_broker.ts";
import { reach, withRows } from "./with_rows.ts";

interface ListFlags {
  readonly json?: boolean;
}
interface RetryFlags extends Pick<ActFlags, "why" | "by"> {
  readonly all?: boolean;
}
const listedMax = 1_000;

/** `waybill notifications list|retry`: messages to customers that were given up. */
export function registerNotifications(program: Command, print: (text: string) => void = console.log): void {
  const command = program.command("notifications").description(
    "messages to customers that were given up: list and retry them",
  );
  command.command("list")
    .description("list the messages that were given up, newest first, and why")
    .option("--json", "print a JSON array")
    .action(({ json }: ListFlags) =>
      withDeliveries(async (deliveries) => {
        const parked = await deliveries.parked({ limit: listedMax });
        print(json ? JSON.stringify(parked) : tableOf(parked));
      })
    );
  const again = command.command("retry")
    .description("send them again at once, as if they were news of now; recorded (waybill acts)")
    .argument("[ids...]", "which, as list shows them")
    .option("--all", "all that were given up");
  withRecordFlags(again).action(async (ids: readonly string[], flags: RetryFlags) =>
    print(await retry(ids, flags))
  );
}

function retry(ids: readonly string[], { all, ...flags }: RetryFlags): Promise<string> {
  if ((all === true) === (ids.length > 0)) {
    const why = all === true ? "name messages or say --all, not both" : "name messages, or say --all";
    throw new Failure(`Cannot retry: ${why}`, { exitCode: exitCodes.misused });
  }
  return withDeliveries(async (deliveries) => {
    for (const id of ids) await expectParked(deliveries, id);
    const count = await withBroker("waybill notifications", (broker) =>
      actAtOnce(broker, flags, {
        does: "notifications retry",
        to: all ? "all" : ids.length === 1 ? ids[0]! : counted(ids.length, "message"),
        details: { ids: all ? "all" : [...ids] },
        perform: () => deliveries.retry(all ? "all" : ids),
      }));
    return `${counted(count, "message")} will be sent again`;
  });
}

async function expectParked(deliveries: Deliveries, deliveryId: string): Promise<void> {
  if ((await deliveries.parked({ limit: 1, deliveryId })).length > 0) return;
  throw new Failure(
    `Cannot retry ${deliveryId}: no message with this id was given up; see waybill notifications list`,
  );
}

const withDeliveries = <T>(work: (deliveries: Deliveries) => Promise<T>): Promise<T> =>
  withRows("look at messages", async (sql) => {
    await reach(sql);
    return await work(openDeliveries(sql));
  });

function tableOf(parked: readonly ParkedDelivery[]): string {
  if (parked.length === 0) return "No message was given up.";
  const table = new Table({
    head: ["id", "by", "milestone", "order", "tries", "why"],
    style: { head: [], border: [] },
  });
  for (const { delivery_id, channel, milestone, order_id, attempts, problem } of parked) {
    table.push([delivery_id, channel, milestone, order_id, attempts, problem]);
  }
  return table.toString();
}
