import { afterEach, describe, expect, test } from "vitest";
import { loadCarriers } from "../../http/carriers/load.ts";
import { noFaults, Trouble } from "./faults.ts";
import { type Journey, journeyNames } from "./journeys.ts";
import { type Simulator, startSimulator, wires } from "./simulator.ts";
import { scansOf, SimulatedWorld } from "./world.ts";

const startMs = Date.UTC(2026, 10, 22, 8), adapters = await loadCarriers();
const worldOf = (seed: number) =>
  new SimulatedWorld({
    seed,
    startMs,
    newNumber: (carrier, chance) => wires.get(carrier)!.newNumber(chance),
  });
const ends: { readonly [J in Journey]: string } = {
  straight: "delivered",
  attempted: "delivered",
  pickup: "delivered",
  held: "delivered",
  returned: "return_to_sender",
};

let running: Simulator | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});
const start = async (more: Partial<Parameters<typeof startSimulator>[0]> = {}) =>
  running = await startSimulator({ seed: 7, startMs, port: 0, hostname: "127.0.0.1", ...more });

describe("the simulated world", () => {
  test("is the same for the same seed, and another for another", () => {
    const made = (seed: number) => {
      const world = worldOf(seed);
      return [...wires.keys()].map((carrier) => world.create({ carrier }));
    };
    expect(made(1)).toEqual(made(1));
    expect(made(1)).not.toEqual(made(2));
  });

  test("knows each number once, and scans lie in the past", () => {
    const world = worldOf(1), parcel = world.create({ carrier: "ups", trackingNumber: "1z 5", done: 99 })!;
    expect(world.create({ carrier: "ups", trackingNumber: "1Z5" })).toBeUndefined();
    expect(world.find("ups", "1z5")).toEqual(parcel);
    expect(scansOf(parcel).length).toBe(parcel.way.length);
    for (const journey of journeyNames) {
      const { way } = world.create({ carrier: "dhl", journey })!;
      expect(way.every(({ atMs }, i) => atMs < startMs && atMs > (way[i - 1]?.atMs ?? 0))).toBe(true);
    }
  });

  test("strikes the same requests for the same seed", () => {
    const fates = (seed: number) => {
      const trouble = new Trouble(seed, { ...noFaults, errors: 0.3, throttles: 0.2, broken: 0.1 });
      return Array.from({ length: 200 }, () => trouble.ofRequest("ups"));
    };
    expect(fates(3)).toEqual(fates(3));
    expect(new Set(fates(3))).toEqual(new Set(["answered", "error", "throttled", "broken"]));
  });
});

describe.each([...wires.keys()])("what simulated %s says", (carrier) => {
  const adapter = adapters.get(carrier)!;
  test.each(journeyNames)(
    "of a parcel on the way '%s' is read by our adapter at every station",
    async (journey) => {
      const { world } = await start(), wire = wires.get(carrier)!;
      let parcel = world.create({ carrier, journey })!;
      for (const scan of parcel.way) {
        const [moved] = world.advance(parcel, 1);
        parcel = moved;
        const [called] = adapter.callback(new TextEncoder().encode(wire.callback(parcel, scan)));
        expect(called).toMatchObject({ trackingNumber: parcel.trackingNumber, carrier });
        expect(called!.unmapped).toBeUndefined();
        expect(Date.parse(called!.events[0]!.at)).toBe(scan.atMs);
      }
      const find = () => parcel, { credentials } = wire;
      const api = wire.api({ credentials, find, nowMs: () => startMs });
      const reply = await answerOf(api, carrier, parcel.trackingNumber, credentials);
      const [read] = adapter.reply(reply);
      expect(read).toMatchObject({ trackingNumber: parcel.trackingNumber, status: ends[journey] });
      expect([read!.events.length, read!.unmapped, read!.disagrees]).toEqual([
        parcel.way.length,
        undefined,
        undefined,
      ]);
    },
  );
});

/** As each carrier's own documentation has it asked. */
async function answerOf(
  api: { request(path: string, init?: RequestInit): Response | Promise<Response> },
  carrier: string,
  number: string,
  { API_ID, API_KEY }: { readonly API_ID?: string; readonly API_KEY: string },
): Promise<Uint8Array> {
  if (carrier === "dhl") {
    const answer = await api.request(`/track/shipments?trackingNumber=${number}`, {
      headers: { "DHL-API-Key": API_KEY },
    });
    return new Uint8Array(await answer.arrayBuffer());
  }
  const authorization = `Basic ${btoa(`${API_ID}:${API_KEY}`)}`;
  const token = await api.request("/security/v1/oauth/token", {
    ...{ method: "POST", body: "grant_type=client_credentials", headers: { authorization } },
  });
  const { access_token } = await token.json() as { readonly access_token: string };
  const answer = await api.request(`/api/track/v1/details/${number}`, {
    headers: { authorization: `Bearer ${access_token}`, transId: "1", transactionSrc: "test" },
  });
  return new Uint8Array(await answer.arrayBuffer());
}

describe("the control API", () => {
  const json = (method: string, body: object) => ({ method, body: JSON.stringify(body) });
  test("makes parcels, moves them and switches faults", async () => {
    const { url } = await start();
    const made = await fetch(
      `${url}/control/parcels`,
      json("POST", { carrier: "ups", trackingNumber: "1Z77" }),
    );
    expect([made.status, await made.json()]).toMatchObject([201, {
      trackingNumber: "1Z77",
      done: 0,
      scans: [],
    }]);
    const again = await fetch(
      `${url}/control/parcels`,
      json("POST", { carrier: "ups", trackingNumber: "1Z77" }),
    );
    expect(again.status).toBe(409);
    await again.body?.cancel();
    const moved = await fetch(`${url}/control/parcels/ups/1Z77/advance`, json("POST", { steps: 2 }));
    expect(await moved.json()).toMatchObject({
      done: 2,
      scans: [{ station: "announced" }, { station: "accepted" }],
    });
    const wrong = await fetch(`${url}/control/faults`, json("PUT", { errors: 2 }));
    expect(wrong.status).toBe(400);
    await wrong.body?.cancel();
    const faults = await fetch(`${url}/control/faults`, json("PUT", { errors: 1 }));
    expect(await faults.json()).toMatchObject({ errors: 1, throttles: 0 });
    const down = await fetch(`${url}/dhl/track/shipments?trackingNumber=1`);
    expect([down.status, await down.json()]).toMatchObject([503, { status: 503 }]);
    const state = await fetch(`${url}/control`);
    expect(await state.json()).toMatchObject({ seed: 7, parcels: 1, requests: { dhl: { error: 1 } } });
  });

  test("nobody is let into an API without its credentials, and nobody knows a parcel that was not made", async () => {
    const { url } = await start();
    const statuses: number[] = [];
    for (const path of ["/dhl/track/shipments?trackingNumber=1", "/ups/api/track/v1/details/1Z1"]) {
      const answer = await fetch(url + path);
      statuses.push(answer.status);
      await answer.body?.cancel();
    }
    const unknown = await fetch(`${url}/dhl/track/shipments?trackingNumber=1`, {
      headers: { "DHL-API-Key": wires.get("dhl")!.credentials.API_KEY },
    });
    statuses.push(unknown.status);
    expect(statuses).toEqual([401, 401, 404]);
    expect(adapters.get("dhl")!.reply(new Uint8Array(await unknown.arrayBuffer()))).toEqual([]);
  });
});
