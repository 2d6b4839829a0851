import type { Command } from "commander";
import { schemaOf } from "../../projections/projection.ts";
import { bringBack, expectKept } from "../../projections/rebuild/exchange.ts";
import { alone } from "../../projections/rebuild/rebuild_lock.ts";
import { rebuildable } from "../../projections/rebuild/rebuildable.ts";
import { act, type ActFlags, expectReason, withActFlags } from "./act.ts";
import { positionsOf } from "./rebuild_list.ts";
import { withSystem } from "./rebuild_system.ts";
import { positionsText } from "./rebuild_text.ts";

type Print = (text: string) => void;

/** `waybill rollback <projection>`. */
export function registerRollback(program: Command, print: Print = console.log): void {
  const command = program.command("rollback")
    .description("read the rows again that a rebuild replaced; they catch up by themselves")
    .argument("<projection>", "whose rows were swapped: orders, parcels, …");
  withActFlags(command).action((name: string, flags: ActFlags) => rollback(name, flags, print));
}

async function rollback(name: string, flags: ActFlags, print: Print): Promise<void> {
  expectReason("rollback", flags);
  const schema = schemaOf(rebuildable(name, "roll back"));
  await withSystem("roll back", (broker, sql, url) =>
    alone(url, schema, async () => {
      const kept = await expectKept(sql, schema), positions = positionsOf(kept.positions);
      const since = (kept.swappedAt ?? kept.begunAt).toISOString();
      print(
        await act(broker, flags, {
          ...{
            does: "rollback",
            to: name,
            plan: { schema: kept.schema, since, positions: { ...positions } },
          },
          planText:
            `Would read the rows of ${kept.schema} again, which were read until ${since} and stand at ` +
            `${positionsText(positions)}; the projector brings them up`,
          perform: async () => ({ positions: { ...positionsOf(await bringBack(sql, schema)) } }),
          outcomeText: ({ positions }) =>
            `The rows of before are read again, from ${
              positionsText(positions)
            } on; those that they replace are kept: ` +
            `"npx waybill rollback ${name}" takes them back`,
        }),
      );
    }));
}
