import { cancelling, describing, line, paying, placing, receiving, type TownLog } from "./town_log.ts";

/** Seven turns in which orders are confirmed, refused, held, paid, cancelled, filled and expired. Answers with the last one's sequence. */
export async function aBusyDay(town: Pick<TownLog, "turn" | "wait">): Promise<number> {
  await town.turn(
    describing("A", { safetyStock: { LON1: 2 } }),
    receiving("A", 20),
    receiving("A", 5, "MAN1"),
  );
  await town.turn(receiving("B", 3), describing("POST", { stocked: false }));
  await town.turn(placing(1, [line("A", 6), line("B", 1), line("POST", 1)]), placing(2, [line("B", 9)]));
  await town.turn(
    placing(3, [line("A", 1)], { payment: "pending" }),
    placing(4, [line("A", 2)], { payment: "pending" }),
    placing(5, [line("B", 5)], { stockPolicy: "backorder" }),
  );
  await town.turn(paying(3), cancelling(1));
  await town.turn(receiving("B", 10));
  return await town.wait(11 * 60_000);
}
