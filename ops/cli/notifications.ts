import type { Command } from "commander";
import { type Deliveries, openDeliveries, type ParkedDelivery } from "../../projections/outbox/deliveries.ts";
import { Failure } from "./failure.ts";
import Table from "cli-table3";
import { withRows } from "./with_rows.ts";

interface ListFlags {
  readonly json?: boolean;
}
interface RetryFlags {
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
  command.command("retry")
    .description("send them again, as if they were news of now")
    .argument("[ids...]", "which, as list shows them")
    .option("--all", "all that were given up")
    .action((ids: readonly string[], { all }: RetryFlags) =>
      withDeliveries(async (deliveries) => {
        if (all !== true && ids.length === 0) throw new Failure("Cannot retry: name messages, or say --all");
        print(`${await deliveries.retry(all === true ? "all" : ids)} will be sent again`);
      })
    );
}

const withDeliveries = (work: (deliveries: Deliveries) => Promise<void>) =>
  withRows("look at messages", (sql) => work(openDeliveries(sql)));

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
