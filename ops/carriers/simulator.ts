import { type Context, Hono } from "hono";
import { serve, type Serving } from "../../http/serve.ts";
import { controlRoutes } from "./control.ts";
import { Courier } from "./courier.ts";
import { type Fate, type Faults, noFaults, Trouble } from "./faults.ts";
import { dhl } from "./wires/dhl.ts";
import { ups } from "./wires/ups.ts";
import type { Wire } from "./wires/wire.ts";
import { type SimulatedParcel, type SimulatedScan, SimulatedWorld } from "./world.ts";

/** The carriers that can be simulated. */
export const wires: ReadonlyMap<string, Wire> = new Map([ups, dhl].map((wire) => [wire.name, wire]));

/** How a carrier proves its callbacks. */
export interface CallbackProof {
  readonly secret: string;
  readonly header?: string;
}
export interface SimulatorOptions {
  readonly seed: number;
  readonly startMs: number;
  readonly port: number;
  readonly hostname: string;
  /** The waybill that is called back, such as http://127.0.0.1:8080; none: nobody is. */
  readonly callbackUrl?: string | undefined;
  readonly proofs?: ReadonlyMap<string, CallbackProof>;
  readonly faults?: Partial<Faults>;
  readonly nowMs?: () => number;
}
/** How often each carrier's API was asked, by what became of it. */
export type RequestCounts = Record<string, Record<string, number>>;

export interface Simulator {
  readonly url: string;
  readonly world: SimulatedWorld;
  readonly trouble: Trouble;
  readonly courier: Courier;
  readonly requests: RequestCounts;
  /** Moves a parcel on, and calls back for each scan of it. */
  advance(parcel: SimulatedParcel, steps: number): SimulatedParcel;
  stop(): Promise<void>;
}

const graceMs = 500;

/** Carriers as a server: tracking APIs below `/<carrier>`, callbacks to a waybill, and `/control` to say what happens. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { seed, startMs, faults, nowMs = Date.now, ...listen } = options;
  const trouble = new Trouble(seed, { ...noFaults, ...faults }), courier = new Courier(trouble);
  const world = new SimulatedWorld({
    seed,
    startMs,
    newNumber: (carrier, chance) => wires.get(carrier)!.newNumber(chance),
  });
  const requests: RequestCounts = {}, closing = new AbortController();
  const advance = (parcel: SimulatedParcel, steps: number) => {
    const [moved, scans] = world.advance(parcel, steps);
    for (const scan of scans) callBack(moved, scan);
    return moved;
  };
  const callBack = (parcel: SimulatedParcel, scan: SimulatedScan) => {
    const wire = wires.get(parcel.carrier)!, proof = options.proofs?.get(parcel.carrier);
    if (options.callbackUrl === undefined || !proof) return;
    courier.post({
      ...{ carrier: parcel.carrier, trackingNumber: parcel.trackingNumber, retries: wire.retries },
      url: `${options.callbackUrl}/v1/carriers/${parcel.carrier}/callbacks`,
      body: wire.callback(parcel, scan),
      headers: wire.proof(proof.secret, proof.header),
    });
  };
  const app = new Hono();
  for (const wire of wires.values()) {
    app.use(`/${wire.name}/*`, suffering(wire, { trouble, requests, closing: closing.signal }));
    const find = (trackingNumber: string) => world.find(wire.name, trackingNumber);
    app.route(`/${wire.name}`, wire.api({ credentials: wire.credentials, find, nowMs }));
  }
  controlRoutes(app, { seed, world, trouble, courier, requests, advance });
  const server: Serving = await serve(app, listen);
  const stop = async () => {
    closing.abort();
    await courier.stop();
    await server.stop(graceMs);
  };
  return {
    url: `http://${listen.hostname}:${server.port}`,
    world,
    trouble,
    courier,
    requests,
    advance,
    stop,
  };
}

interface Suffering {
  readonly trouble: Trouble;
  readonly requests: RequestCounts;
  readonly closing: AbortSignal;
}

/** What the carrier's own answer becomes. */
function suffering(wire: Wire, { trouble, requests, closing }: Suffering) {
  return async (c: Context, next: () => Promise<void>): Promise<Response | void> => {
    const fate = trouble.ofRequest(wire.name), { retryAfterS, slowMs } = trouble.faults;
    if (fate === "error") {
      count(requests, wire.name, fate);
      return c.json(wire.problem(503), 503);
    }
    if (fate === "throttled") {
      count(requests, wire.name, fate);
      return c.json(wire.problem(429), 429, { "retry-after": String(retryAfterS) });
    }
    if (fate === "slow") await pause(slowMs, closing);
    await next();
    count(requests, wire.name, nameOf(fate, c.res.status));
    if (fate !== "broken") return;
    const whole = await c.res.text();
    c.res = new Response(whole.slice(0, Math.floor(whole.length / 2)), { headers: c.res.headers });
  };
}

const nameOf = (fate: Fate, status: number) => fate === "answered" && status !== 200 ? String(status) : fate;

function count(requests: RequestCounts, carrier: string, what: string): void {
  const ofCarrier = requests[carrier] ??= {};
  ofCarrier[what] = (ofCarrier[what] ?? 0) + 1;
}

function pause(forMs: number, closing: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, forMs);
    closing.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
