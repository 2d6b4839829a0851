import { connect } from "node:net";
import { z } from "zod";
import { type Check, ok, reasonOf, type Said, type Setup, wrong } from "../finding.ts";

const answerMsMax = 10_000;
const readiness = z.object({ reasons: z.array(z.string()) });

/** What the edge says of itself; where no system runs, whether one could listen. */
export const edgeCheck: Check = {
  name: "edge",
  msMax: 15_000,
  look: async (setup) =>
    setup.system === undefined ? [await portOf(setup)] : await readyz(setup.system.baseUrl),
};

async function readyz(baseUrl: string): Promise<Said[]> {
  try {
    const answer = await fetch(`${baseUrl}/readyz`, { signal: AbortSignal.timeout(answerMsMax) });
    const body = readiness.safeParse(await answer.json());
    if (answer.ok) return [ok(`${baseUrl} is ready`)];
    const reasons = body.success && body.data.reasons.length > 0
      ? body.data.reasons
      : [`status ${answer.status}`];
    return reasons.map((reason) =>
      wrong(`${baseUrl} is not ready: ${reason}`, "Look at what is wrong above, and at the role's log.")
    );
  } catch (error) {
    const advice = "Start the role edge, or set WAYBILL_HOST and WAYBILL_PORT to where it listens.";
    return [wrong(`${baseUrl} does not answer: ${reasonOf(error)}`, advice)];
  }
}

async function portOf({ config: { host, port } }: Setup): Promise<Said> {
  if (!await somebodyListens(host, port)) return ok(`port ${port} is free`);
  const advice = `Stop what listens there, or set WAYBILL_PORT to another port.`;
  return wrong(`port ${port} is in use, though no system runs on this data folder`, advice);
}

function somebodyListens(host: string, port: number): Promise<boolean> {
  const there = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return new Promise((resolve) => {
    const socket = connect({ host: there, port, timeout: 3_000 });
    const end = (listens: boolean) => {
      socket.destroy();
      resolve(listens);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}
