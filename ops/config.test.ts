import { describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { caseSettingsFor } from "./case_rules.ts";
import { delaySettingsFor } from "./delay_rules.ts";

const hourMs = 3_600_000, dayMs = 24 * hourMs;

const noFiles = (path: string): string => {
  throw new Error(`ENOENT: no such file or directory, open '${path}'`);
};
const problemsOf = (env: Record<string, string>, readText = noFiles) => {
  const result = readConfig(env, readText);
  return result.ok ? [] : result.problems;
};

describe("config", () => {
  test("an empty environment is the embedded profile", () => {
    const result = readConfig({}, noFiles);
    expect(result).toMatchObject({
      ok: true,
      config: {
        port: 8080,
        host: "127.0.0.1",
        dataDir: ".waybill",
        logLevel: "info",
        telemetry: { serviceName: "waybill", traces: false, ownedByDeno: false },
      },
    });
  });

  test("every problem is one line that names the variable and what it holds", () => {
    expect(problemsOf({ WAYBILL_PORT: "eighty", WAYBILL_LOG_LEVEL: "loud", DATABASE_URL: "mysql://db/x" }))
      .toEqual([
        "Cannot use DATABASE_URL: it is not a URL that starts with postgres:// or postgresql://",
        "Cannot use WAYBILL_PORT=eighty: it is not a port number",
        "Cannot use WAYBILL_LOG_LEVEL=loud: it is not one of fatal, error, warn, info, debug, trace, silent",
      ]);
    expect(problemsOf({ WAYBILL_PORT: "65536" })).toEqual([
      "Cannot use WAYBILL_PORT=65536: it is not a port number (0 to 65535)",
    ]);
  });

  test("where a process tells its health, and whose an edge asks", () => {
    const urls = "http://127.0.0.1:9001/readyz,https://host:9002/readyz";
    const result = readConfig({ WAYBILL_HEALTH_PORT: "9000", WAYBILL_READY_WITH: urls }, () => "");
    expect(result.ok && [result.config.healthPort, result.config.readyWith]).toEqual([9000, urls.split(",")]);
    expect(problemsOf({ WAYBILL_READY_WITH: "http://a/readyz,b" })).toEqual([
      "Cannot use WAYBILL_READY_WITH=http://a/readyz,b: it is not an http URL, or several separated by commas",
    ]);
  });

  test("health is told to this machine alone, unless it is said otherwise", () => {
    const hostOf = (env: Record<string, string>) => {
      const result = readConfig(env, noFiles);
      return result.ok && result.config.healthHost;
    };
    expect(hostOf({ WAYBILL_HEALTH_PORT: "9000" })).toBe("127.0.0.1");
    expect(hostOf({ WAYBILL_HEALTH_PORT: "9000", WAYBILL_HEALTH_HOST: "0.0.0.0" })).toBe("0.0.0.0");
    expect(problemsOf({ WAYBILL_HEALTH_HOST: "every where" })).toEqual([
      "Cannot use WAYBILL_HEALTH_HOST=every where: it is not an address to listen at",
    ]);
  });

  test("a bad secret is named but not shown", () => {
    expect(problemsOf({ WAYBILL_SECRET: "hunter2" })).toEqual([
      "Cannot use WAYBILL_SECRET: it is shorter than 16 characters",
    ]);
  });

  test("a secret may lie in a file", () => {
    const result = readConfig({ WAYBILL_SECRET_FILE: "/run/secrets/waybill" }, () => "0123456789abcdef\n");
    expect(result.ok && result.config.secret).toBe("0123456789abcdef");
  });

  test("a file that cannot be read, is empty, or stands beside the variable is a problem", () => {
    expect(problemsOf({ NATS_TOKEN_FILE: "/gone" })).toEqual([
      "Cannot read NATS_TOKEN_FILE: ENOENT: no such file or directory, open '/gone'",
    ]);
    expect(problemsOf({ NATS_TOKEN_FILE: "/empty" }, () => " \n")).toEqual([
      "Cannot use NATS_TOKEN_FILE: /empty is empty",
    ]);
    expect(problemsOf({ NATS_TOKEN: "a", NATS_TOKEN_FILE: "/b" }, () => "c")).toEqual([
      "Cannot use NATS_TOKEN and NATS_TOKEN_FILE together: set one of them",
    ]);
  });

  test("an empty variable counts as absent", () => {
    const result = readConfig({ WAYBILL_PORT: "", NATS_URL: "" }, noFiles);
    expect(result.ok && result.config.port).toBe(8080);
    expect(result.ok && "natsUrl" in result.config).toBe(false);
  });

  test("several NATS servers, with or without a scheme", () => {
    expect(problemsOf({ NATS_URL: "nats://a:4222,nats://b:4222" })).toEqual([]);
    expect(problemsOf({ NATS_URL: "127.0.0.1:4222" })).toEqual([]);
    expect(problemsOf({ NATS_URL: "nats://not a host" })).toHaveLength(1);
    expect(problemsOf({ NATS_URL: "http://a:4222" })).toHaveLength(1);
  });

  test("goods may come back for 30 days, for another time, or for ever", () => {
    const windowOf = (env: Record<string, string>) => {
      const result = readConfig(env, noFiles);
      return result.ok && result.config.returnWindowMs;
    };
    expect(windowOf({})).toBe(30 * dayMs);
    expect(windowOf({ WAYBILL_RETURN_WINDOW: "36h" })).toBe(36 * hourMs);
    expect(windowOf({ WAYBILL_RETURN_WINDOW: "off" })).toBeUndefined();
    for (const wrong of ["0d", "30", "never"]) {
      expect(problemsOf({ WAYBILL_RETURN_WINDOW: wrong })).toEqual([
        `Cannot use WAYBILL_RETURN_WINDOW=${wrong}: it is neither "off" nor hours or days, such as 24h or 7d`,
      ]);
    }
  });

  test("the rules of delays are a list of reasons with their times", () => {
    const result = readConfig({ WAYBILL_DELAY_RULES: "no_movement=3d, not_handed_over=36h" }, noFiles);
    expect(result.ok && delaySettingsFor(result.config.delayRules!, "ups")).toEqual({
      noMovementMs: 3 * dayMs,
      notHandedOverMs: 36 * hourMs,
    });
    expect(result.ok && result.printable.WAYBILL_DELAY_RULES).toMatch(/no_movement/);
    for (
      const wrong of [
        ...["no_movement", "no_movement=3", "eta_slipped=3d", "no_movement=0d", "x=1d", "no_movement=never"],
        ...["__proto__:no_movement=3d", ":no_movement=3d", "no_movement=3d,"],
      ]
    ) {
      expect(problemsOf({ WAYBILL_DELAY_RULES: wrong })).toMatchObject([
        expect.stringContaining("WAYBILL_DELAY_RULES"),
      ]);
    }
  });

  test("a carrier may have rules of its own, and a rule may be off", () => {
    const text = "no_movement=off,not_handed_over=36h,gls:not_handed_over=off,gls:no_movement=2d";
    const result = readConfig({ WAYBILL_DELAY_RULES: text }, noFiles);
    const told = (carrier: string) => result.ok && delaySettingsFor(result.config.delayRules!, carrier);
    expect(told("ups")).toEqual({ notHandedOverMs: 36 * hourMs, off: ["no_movement"] });
    expect(told("gls")).toEqual({ noMovementMs: 2 * dayMs, off: ["not_handed_over"] });
    const alone = readConfig({ WAYBILL_DELAY_RULES: "gls:not_handed_over=off" }, noFiles);
    expect(alone.ok && delaySettingsFor(alone.config.delayRules!, "ups")).toBeUndefined();
  });

  test("the rules of cases say whose a problem is, how soon, or that it is none", () => {
    const text = "exception/held=team:returns priority:low after:12h due:3d, expired=due:1d, gls:expired=off";
    const result = readConfig({ WAYBILL_CASE_RULES: text }, noFiles);
    const told = (carrier: string) => result.ok && caseSettingsFor(result.config.caseRules!, carrier);
    const held = { team: "returns", priority: "low", escalateAfterMs: 12 * hourMs, dueAfterMs: 3 * dayMs };
    expect(told("ups")).toEqual({ "exception/held": held, expired: { dueAfterMs: dayMs } });
    expect(told("gls")).toEqual({ "exception/held": held, expired: { off: true } });
    for (
      const wrong of [
        ...["exception/held", "exception/held=", "exception/held=low", "delivered=off", "expired=due:3"],
        ...["expired=priority:soon", "expired=team:Returns Desk", "expired=due:1d off", "toString=off"],
      ]
    ) {
      expect(problemsOf({ WAYBILL_CASE_RULES: wrong })).toMatchObject([
        expect.stringContaining("WAYBILL_CASE_RULES"),
      ]);
    }
  });

  test("what is printed holds no secret", () => {
    const result = readConfig({
      WAYBILL_BOOTSTRAP_KEY: "bootstrap-0123456789",
      NATS_URL: "nats://user:pa55word@nats:4222",
      NATS_TOKEN: "t0ken",
      DATABASE_URL: "postgres://shop:pa55word@db/shop?password=pa55word",
    }, noFiles);
    if (!result.ok) throw new Error(result.problems.join());
    const printed = JSON.stringify(result.printable);
    expect(printed).not.toMatch(/pa55word|t0ken|bootstrap-0123456789/);
    expect(result.printable).toMatchObject({
      NATS_URL: "nats://***@nats:4222",
      WAYBILL_BOOTSTRAP_KEY: "***",
    });
  });

  test("traces are on only with an endpoint, and not when the SDK is disabled", () => {
    const traces = (env: Record<string, string>) => {
      const result = readConfig(env, noFiles);
      return result.ok && result.config.telemetry.traces;
    };
    expect(traces({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318" })).toBe(true);
    expect(traces({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318", OTEL_SDK_DISABLED: "true" })).toBe(
      false,
    );
    expect(traces({})).toBe(false);
  });
});
