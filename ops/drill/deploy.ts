import type { Drill } from "./scenario.ts";

/** Another checkout runs from now on; undefined: this one. */
export async function deploy({ system }: Pick<Drill, "system">, code: string | undefined): Promise<void> {
  await system.stop();
  system.deploy(code);
  await system.start();
}
