import type { Context, Hono } from "hono";
import { z } from "zod";
import type { Courier } from "./courier.ts";
import { faultsShape, type Trouble } from "./faults.ts";
import { type Journey, journeyNames, journeys } from "./journeys.ts";
import type { RequestCounts } from "./simulator.ts";
import { scansOf, type SimulatedParcel, type SimulatedWorld } from "./world.ts";
import { jsonOf } from "../../streams/json_of.ts";

export interface Control {
  readonly seed: number;
  readonly world: SimulatedWorld;
  readonly trouble: Trouble;
  readonly courier: Courier;
  readonly requests: RequestCounts;
  advance(parcel: SimulatedParcel, steps: number): SimulatedParcel;
}

const stepsMax = 100, listedMax = 1_000;
const steps = z.union([z.int().min(0).max(stepsMax), z.literal("all")]);
const newParcel = z.strictObject({
  carrier: z.enum(["ups", "dhl"]),
  trackingNumber: z.string().regex(/^[A-Za-z0-9 ]{4,40}$/).optional(),
  journey: z.enum(journeyNames as [Journey, ...Journey[]]).optional(),
  /** How far it has come already; nobody is called back for that. */
  done: steps.optional(),
});
const advanced = z.strictObject({ steps: steps.default(1) });
const countOf = (said: z.output<typeof steps>) => said === "all" ? stepsMax : said;

/** `/control`: for whoever drives the simulation, without any proof. */
export function controlRoutes(app: Hono, control: Control): void {
  const { seed, world, trouble, courier, requests, advance } = control;
  app.get(
    "/control",
    (c) => c.json({ seed, parcels: world.size, faults: trouble.faults, requests, journeys }),
  );
  app.get("/control/parcels", (c) => c.json(world.all().slice(0, listedMax).map(shown)));
  app.get("/control/callbacks", async (c) => {
    await courier.settled();
    return c.json(courier.sent);
  });
  app.post("/control/parcels", async (c) => {
    const body = await bodyOf(c, newParcel);
    if (!body.ok) return c.json({ detail: body.why }, 400);
    const { done, ...rest } = body.value;
    const parcel = world.create({ ...rest, ...(done !== undefined && { done: countOf(done) }) });
    if (!parcel) return c.json({ detail: "Cannot create the parcel: it exists, or there are too many" }, 409);
    return c.json(shown(parcel), 201);
  });
  app.get("/control/parcels/:carrier/:number", (c) => {
    const parcel = world.find(c.req.param("carrier"), c.req.param("number"));
    return parcel ? c.json(shown(parcel)) : c.json({ detail: "Cannot find the parcel" }, 404);
  });
  app.post("/control/parcels/:carrier/:number/advance", async (c) => {
    const parcel = world.find(c.req.param("carrier"), c.req.param("number"));
    if (!parcel) return c.json({ detail: "Cannot find the parcel" }, 404);
    const body = await bodyOf(c, advanced);
    if (!body.ok) return c.json({ detail: body.why }, 400);
    return c.json(shown(advance(parcel, countOf(body.value.steps))));
  });
  app.put("/control/faults", async (c) => {
    const body = await bodyOf(c, faultsShape.partial());
    if (!body.ok) return c.json({ detail: body.why }, 400);
    const said = Object.entries(body.value).filter(([, value]) => value !== undefined);
    trouble.faults = { ...trouble.faults, ...Object.fromEntries(said) };
    return c.json(trouble.faults);
  });
}

async function bodyOf<T>(
  c: Context,
  shape: z.ZodType<T>,
): Promise<{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string }> {
  const parsed = shape.safeParse(jsonOf(await c.req.text() || "{}"));
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, why: z.prettifyError(parsed.error) };
}

function shown(parcel: SimulatedParcel) {
  const { carrier, trackingNumber, journey, done, way } = parcel;
  const scans = scansOf(parcel).map(({ atMs, ...scan }) => ({ ...scan, at: new Date(atMs).toISOString() }));
  return { carrier, trackingNumber, journey, done, of: way.length, scans };
}
