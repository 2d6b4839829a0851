import { execFile } from "node:child_process";
import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { readConfig } from "../config.ts";
import { roles } from "../run/roles.ts";
import { debianTool } from "./testing/debian_tool.ts";
import { isRead } from "./testing/variables.ts";

const run = promisify(execFile);
const folder = fileURLToPath(new URL("./", import.meta.url));

/** What Compose makes of a value where nobody has set anything. */
const unset = (value: string) => value.replace(/\$\{\w+:-([^}]*)\}/g, "$1");
const service = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string().transform(unset)),
  env_file: z.array(z.object({ path: z.string(), required: z.literal(false) })).default([]),
  secrets: z.array(z.string()),
  networks: z.array(z.string()),
  volumes: z.array(z.string()).default([]),
  configs: z.array(z.object({ source: z.string(), target: z.string() })).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  restart: z.string(),
  healthcheck: z.looseObject({}).optional(),
  read_only: z.boolean().optional(),
});
const file = z.object({ file: z.string() });
const compose = z.looseObject({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.unknown()),
  volumes: z.record(z.string(), z.unknown()),
  configs: z.record(z.string(), file),
  secrets: z.record(z.string(), file),
});

let parsed: z.infer<typeof compose>;
beforeAll(async () => {
  parsed = compose.parse(parse(await readFile(join(folder, "compose.yaml"), "utf8"), { merge: true }));
});
const ours = () => Object.entries(parsed.services).filter(([, { image }]) => image === "waybill:local");
const nodes = () => Object.entries(parsed.services).filter(([, { image }]) => image.startsWith("nats:"));

describe("compose.yaml", () => {
  test("has all that a cluster consists of", () => {
    expect(Object.keys(parsed.services)).toEqual([
      "nats-1",
      "nats-2",
      "nats-3",
      "postgres",
      "init",
      ...["edge", "host", "projector", "deliver"],
    ]);
    expect(parsed.services).toMatchObject({
      edge: { deploy: { replicas: 2 } },
      host: { deploy: { replicas: 3 } },
      projector: { deploy: { replicas: 2 } },
      deliver: { deploy: { replicas: 2 } },
    });
  });

  test("every service runs a role that there is, and init makes the streams", () => {
    for (const [name, { command }] of ours()) {
      if (name === "init") {
        expect(command).toEqual(["log", "init", "--partitions", "12", "--replicas", "3"]);
      } else expect([command, roles]).toEqual([["run", name], expect.arrayContaining([name])]);
    }
  });

  test("every network, volume, secret and config that is named is defined, and the other way round", () => {
    const services = Object.values(parsed.services);
    const same = (used: readonly (string | undefined)[], defined: object) =>
      expect([...new Set(used)].sort()).toEqual(Object.keys(defined).sort());
    same(services.flatMap((one) => one.networks), parsed.networks);
    same(services.flatMap((one) => one.volumes.map((volume) => volume.split(":")[0])), parsed.volumes);
    same(services.flatMap((one) => one.secrets), parsed.secrets);
    same(services.flatMap((one) => one.configs.map(({ source }) => source)), parsed.configs);
    for (const { depends_on } of services) {
      for (const other of Object.keys(depends_on)) expect(parsed.services).toHaveProperty(other);
    }
  });

  test("configs exist, and make_secrets.sh makes every secret, of the kind that Waybill takes", async () => {
    for (const config of Object.values(parsed.configs)) await access(join(folder, config.file));
    const made = await mkdtemp(join(tmpdir(), "waybill-secrets-"));
    try {
      await run("sh", [join(folder, "make_secrets.sh"), made]);
      const text = (name: string) => readFile(join(made, name), "utf8");
      for (const [name, secret] of Object.entries(parsed.secrets)) {
        expect(secret.file).toBe(`./secrets/${name}`);
        expect(await text(name)).toMatch(name === "database_url" ? /^postgres:/ : /^[0-9a-f]{48}$/);
      }
      const before = await text("waybill_secret");
      await run("sh", [join(folder, "make_secrets.sh"), made]);
      expect(await text("waybill_secret")).toBe(before);
    } finally {
      await rm(made, { recursive: true, force: true });
    }
  });

  test("every variable is one that Waybill or nats-cluster.conf reads, and every file one that is mounted", async () => {
    const node = await readFile(join(folder, "nats-cluster.conf"), "utf8") +
      await readFile(join(folder, "nats_entrypoint.sh"), "utf8");
    for (const [, { environment, secrets }] of ours()) {
      for (const [name, value] of Object.entries(environment)) {
        expect(isRead(name), name).toBe(true);
        if (name.endsWith("_FILE")) expect(secrets.map((one) => `/run/secrets/${one}`)).toContain(value);
      }
      const read = (path: string) =>
        path.endsWith("url") ? "postgres://postgres/waybill" : "0123456789abcdef";
      expect(readConfig(environment, read)).toMatchObject({ ok: true });
    }
    for (const [name, { environment }] of nodes()) {
      for (const variable of Object.keys(environment)) expect(node).toContain(`$${variable}`);
      expect(environment.WAYBILL_NATS_NAME).toBe(`"${name}"`);
      expect(environment.WAYBILL_NATS_PEERS).toContain(`${name}:6222`);
    }
  });

  test("a role is one NATS user, and knows no other's password", () => {
    for (const [name, { environment, secrets }] of ours()) {
      const user = name === "init" ? "operator" : name;
      expect(environment).toMatchObject({ NATS_USER: user, NATS_INBOX_PREFIX: `_INBOX.${user}` });
      expect(secrets.filter((one) => one.startsWith("nats_"))).toEqual([`nats_${user}_password`]);
    }
  });

  test("edges alone know carriers' secrets, deliver alone their APIs; both know the generic carrier's codes", () => {
    const { edge, deliver, ...others } = parsed.services;
    expect(edge?.env_file).toEqual([{ path: "./secrets/carriers.env", required: false }]);
    const own = ["carrier_apis", "notifications"];
    expect(deliver?.env_file).toEqual(
      own.map((name) => ({ path: `./secrets/${name}.env`, required: false })),
    );
    expect(Object.values(others).flatMap(({ env_file }) => env_file)).toEqual([]);
    const told = ours().filter(([, one]) => "WAYBILL_CARRIER_GENERIC_CODES" in one.environment);
    expect(told.map(([name]) => name)).toEqual(["edge", "deliver"]);
  });

  test("everything is started again, watched, and pinned to a version; our processes write nothing", () => {
    for (const [name, one] of Object.entries(parsed.services)) {
      expect(one.restart, name).toBe(name === "init" ? "on-failure" : "unless-stopped");
      expect(one.image).toMatch(/^(waybill:local|(nats|postgres):\d+\.\d+[\w.-]*)$/);
    }
    for (const [, { read_only, cap_drop }] of ours()) expect([read_only, cap_drop]).toEqual([true, ["ALL"]]);
  });

  test("Compose itself accepts it", async (context) => {
    const tool = await debianTool("docker-compose");
    if ("missing" in tool) return context.skip(tool.missing);
    const { stdout } = await run(tool.path, [
      "-f",
      join(folder, "compose.yaml"),
      "config",
      "--format",
      "json",
    ]);
    expect(Object.keys(JSON.parse(stdout).services).sort()).toEqual(Object.keys(parsed.services).sort());
  });
});
