import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { configuredCarriers, loadCarriers } from "./load.ts";

const folderOf = (name: string) => new URL(`./testing/folders/${name}/`, import.meta.url);

test("every folder with an adapter is a carrier, under its own name", async () => {
  const carriers = await loadCarriers();
  expect([...carriers.keys()]).toEqual(
    expect.arrayContaining(["dhl", "dhl_express", "dpd", "generic", "gls"]),
  );
  const folders = readdirSync(new URL("./", import.meta.url), { withFileTypes: true }).map(({ name }) =>
    name
  );
  for (const [name, adapter] of carriers) {
    expect(adapter.name).toBe(name);
    expect(folders).toContain(name);
    expect(adapter.title === undefined).toBe(adapter.name === "generic"); // It stands for those without a name.
    expect(adapter.title).not.toBe("");
  }
});

test("a folder whose adapter has another name is refused", async () => {
  await expect(loadCarriers(folderOf("misnamed"))).rejects.toThrow(
    "Cannot use carrier acme: its adapter calls itself acne; folder and name must be the same",
  );
});

test("a folder without an adapter in its adapter.ts is refused", async () => {
  await expect(loadCarriers(folderOf("empty"))).rejects.toThrow(
    "Cannot use carrier acme: its adapter.ts has no adapter as its default export",
  );
});

const withCodes = async (codes: string) =>
  configuredCarriers(await loadCarriers(), { WAYBILL_CARRIER_GENERIC_CODES: codes });
const scan = new TextEncoder().encode(
  JSON.stringify({ trackingNumber: "T1", code: "dlv", occurredAt: "2026-01-01T10:00:00Z" }),
);

test("an adapter gets its settings of the environment", async () => {
  const { adapters, problems } = await withCodes('{"DLV": "delivered/locker"}');
  const [parcel] = adapters.get("generic")!.callback(scan);
  expect(parcel).toMatchObject({ status: "delivered", subStatus: "locker" });
  expect(problems).toEqual([]);
});

test("settings that cannot be used stop the reading of that carrier, and of no other", async () => {
  const { adapters, problems } = await withCodes("DLV=delivered");
  const problem = expect.stringContaining(
    "Cannot use WAYBILL_CARRIER_GENERIC_CODES: it is not a JSON object",
  );
  expect(problems).toEqual([{ carrier: "generic", problem }]);
  const generic = adapters.get("generic")!, known = await loadCarriers();
  expect(() => generic.callback(scan)).toThrow("it is not a JSON object");
  expect(() => generic.reply(scan)).toThrow("it is not a JSON object");
  expect(generic.authenticate).toBe(known.get("generic")!.authenticate);
  expect(adapters.get("ups")).toBe(known.get("ups"));
});
