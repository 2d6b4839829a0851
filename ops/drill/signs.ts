import { z } from "zod";
import type { TemporarySystem } from "./temporary_system.ts";

/** Where an alert would look: a process's `/metrics` and `/readyz`. */
export type Watched = "edge" | "host" | "projector";

const readiness = z.object({ ready: z.boolean(), reasons: z.array(z.string()) });

async function told({ system }: { readonly system: TemporarySystem }, part: Watched, path: string) {
  const at = part === "edge" ? system.url : `http://127.0.0.1:${system.runtime().health[part]}`;
  return await (await fetch(at + path)).text();
}

/** The sum over all series of the metric whose labels hold `label`. */
export async function metric(
  drill: { readonly system: TemporarySystem },
  part: Watched,
  name: string,
  label = "",
): Promise<number> {
  const lines = (await told(drill, part, "/metrics")).split("\n");
  const mine = lines.filter((line) => /^[\w:]+/.exec(line)?.[0] === name && line.includes(label));
  return mine.reduce(
    (sum, line) => sum + Number(line.slice(line.lastIndexOf("}") + 1).trim().split(" ")[0]),
    0,
  );
}

/** Why the process is not ready, also when it does not answer; undefined when it is ready. */
export async function whyNotReady(
  drill: { readonly system: TemporarySystem },
  part: Watched,
): Promise<string | undefined> {
  let text: string;
  try {
    text = await told(drill, part, "/readyz");
  } catch (error) {
    if (error instanceof TypeError) return "no answer";
    throw error;
  }
  const { ready, reasons } = readiness.parse(JSON.parse(text));
  return ready ? undefined : reasons.join("; ");
}
