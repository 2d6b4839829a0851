import type { Command } from "commander";
import { heldActors } from "../operate/held.ts";
import { projectionOf, type Target } from "../operate/target.ts";
import { type HeldProjections, heldProjections } from "../operate/unprojected.ts";
import { type HeldNow, heldText } from "./held_text.ts";
import { heldOf, targetHelp, wanted } from "./pause.ts";
import { withBroker } from "./with_broker.ts";
import { withRowsIfThere } from "./with_rows.ts";

interface Flags {
  readonly json?: boolean;
}

/** `waybill inspect`: what is held back, by whom, and what waits for it. */
export function registerInspect(program: Command, print: (text: string) => void = console.log): void {
  program.command("inspect")
    .description("what is paused, stopped or switched on, which rows stand still, why, and what waits for it")
    .argument("[target]", targetHelp)
    .option("--json", "print one JSON object")
    .action(async (text: string | undefined, { json }: Flags) => {
      const target = text === undefined ? undefined : wanted("inspect", text);
      const now = await heldNow(target);
      print(json ? JSON.stringify(jsonOf(now)) : heldText(now, text));
    });
}

/** Rows only where they are asked for: whoever asks for an actor needs no database. */
function heldNow(target: Target | undefined): Promise<HeldNow> {
  return withBroker("waybill inspect", async (broker) => {
    const held = await heldOf(broker, target);
    if (target !== undefined && target.kind !== "projection") return { held, projections: { all: [] } };
    const only = target && projectionOf(target.projection);
    const projections = await withRowsIfThere(async (sql): Promise<HeldProjections> =>
      "why" in sql ? { all: [], unknown: sql.why } : { all: await heldProjections({ sql, broker }, only) }
    );
    return { held, projections };
  });
}

function jsonOf({ held, projections: { all, unknown } }: HeldNow) {
  return {
    switches: Object.fromEntries(held.switches),
    held: heldActors(held),
    projections: all,
    ...(unknown !== undefined && { projectionsUnknown: unknown }),
  };
}
