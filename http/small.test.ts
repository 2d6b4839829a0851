import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalDecimal } from "./decimal.ts";
import { fingerprinter } from "./fingerprint.ts";
import { requestOf } from "./idempotency_key.ts";
import { edgeLimits } from "./limits.ts";
import { linesOf } from "./lines.ts";
import { isOrderId, orderIdOf } from "./order_id.ts";
import { ownWrites } from "./own_writes.ts";
import { laterOf, parsePosition, positionToken } from "./position.ts";
import { preferenceOf } from "./prefer.ts";
import { rateLimiter } from "./rate_limit.ts";
import { countries } from "./schemas/countries.ts";
import { instantOf, utc } from "./schemas/time.ts";
import { isLoopback } from "./serve.ts";

describe("order ids", () => {
  test("are what they always were: stored orders hang on them", () => {
    expect(orderIdOf("web", "536365")).toBe("ord_ADVC0WRD9QH3E941AKCKHK6DGS");
  });
  test("differ for every pair of channel and number, and have the one form", () => {
    const pair = fc.tuple(fc.string(), fc.string());
    fc.assert(fc.property(pair, pair, (a, b) => {
      expect(isOrderId(orderIdOf(...a))).toBe(true);
      expect(orderIdOf(...a) === orderIdOf(...b)).toBe(a[0] === b[0] && a[1] === b[1]);
    }));
    expect(orderIdOf("a", "bc")).not.toBe(orderIdOf("ab", "c"));
  });
});

describe("positions", () => {
  const positions = fc.uniqueArray(fc.tuple(fc.nat(1023), fc.nat()), { selector: ([p]) => p })
    .map((pairs) => new Map(pairs));
  test("come back from their token", () => {
    fc.assert(fc.property(positions, (map) => {
      expect(parsePosition(positionToken(map))).toEqual(map);
    }));
  });
  test("join to the later of both", () => {
    fc.assert(fc.property(positions, positions, (a, b) => {
      const later = laterOf(a, b)!;
      for (const [partition, sequence] of later) {
        expect(sequence).toBe(Math.max(a.get(partition) ?? 0, b.get(partition) ?? 0));
      }
    }));
  });
  test.each(["", "p1-", "p2-0.1", "p1-0.1-0.2", "p1-0", "p1-zz.1", "p1-0.zzzzzzzzzzz", "p1-0.1\n"])(
    "%j is no token",
    (token) => expect(parsePosition(token)).toBeUndefined(),
  );
});

test("one value has one canonical spelling, which is the value's", () => {
  const decimal = fc.tuple(fc.nat(999_999_999), fc.stringMatching(/^[0-9]{0,6}$/))
    .map(([whole, places]) => places === "" ? `${whole}` : `${whole}.${places}`);
  fc.assert(fc.property(decimal, fc.nat(5), (text, zeros) => {
    const canonical = canonicalDecimal(text);
    expect(Number(canonical)).toBe(Number(text));
    const longer = text.includes(".") ? text + "0".repeat(zeros) : `${text}.${"0".repeat(zeros + 1)}`;
    expect(canonicalDecimal(longer)).toBe(canonical);
  }));
});

test("fingerprints are HMAC-SHA-256", () => {
  const secret = fc.uint8Array({ maxLength: 100 });
  fc.assert(fc.property(secret, fc.string(), (key, text) => {
    expect(fingerprinter(key)(text)).toBe(createHmac("sha256", key).update(text).digest("base64url"));
  }));
});

describe("times", () => {
  test("become UTC, whatever zone they name", () => {
    expect(utc(instantOf("2011-12-01T08:26:00+02:00")!)).toBe("2011-12-01T06:26:00Z");
    expect(utc(instantOf("2011-12-01t08:26:00.25z")!)).toBe("2011-12-01T08:26:00.250Z");
  });
  test("come back from their text", () => {
    const date = fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true });
    fc.assert(fc.property(date, (at) => {
      expect(instantOf(utc(at.getTime()))).toBe(at.getTime());
    }));
  });
  test.each(["1969-12-31T23:59:59Z", "2023-13-01T00:00:00Z", "2023-04-31T00:00:00Z", "2023-04-30T24:00:00Z"])(
    "%s is refused",
    (text) => expect(instantOf(text)).toBeUndefined(),
  );
});

describe("lines", () => {
  async function split(chunks: readonly string[], bytesMax = 10): Promise<string[]> {
    const lines: string[] = [];
    const stream = async function* () {
      for (const chunk of chunks) yield await Promise.resolve(new TextEncoder().encode(chunk));
    };
    for await (const { number, bytes } of linesOf(stream(), bytesMax)) {
      lines.push(`${number} ${bytes === "too long" ? bytes : new TextDecoder().decode(bytes)}`);
    }
    return lines;
  }
  test("do not depend on how the bytes arrive", async () => {
    const text = fc.array(fc.string({ maxLength: 12 }).map((s) => s.replaceAll("\n", "")), { maxLength: 6 });
    await fc.assert(fc.asyncProperty(text, fc.array(fc.nat(20)), async (rows, cuts) => {
      const whole = rows.join("\n");
      const chunks: string[] = [];
      let rest = whole;
      for (const cut of cuts) {
        chunks.push(rest.slice(0, cut));
        rest = rest.slice(cut);
      }
      // A surrogate pair cut in two would be another text.
      fc.pre(chunks.every((chunk) => chunk.isWellFormed()) && rest.isWellFormed());
      expect(await split([...chunks, rest])).toEqual(await split([whole]));
    }));
  });
  test("that are too long are passed over, and the next ones are not", async () => {
    expect(await split(["ok\n" + "x".repeat(11), "x\nok\n", "0123456789\nlast"])).toEqual(
      ["1 ok", "2 too long", "3 ok", "4 0123456789", "5 last"],
    );
  });
});

describe("Prefer", () => {
  const of = (header?: string) => preferenceOf(header, edgeLimits, 2_000);
  test.each([
    [undefined, false, 2_000],
    ["wait=5", false, 5_000],
    ['handling=lenient, wait="7"', false, 7_000],
    ["wait=999", false, 30_000],
    ["wait=soon", false, 2_000],
    ["respond-async, wait=5", true, 0],
    ["nonsense", false, 2_000],
  ])("%s", (header, async, patienceMs) => expect(of(header)).toMatchObject({ async, patienceMs }));
});

describe("Idempotency-Key", () => {
  const value = (header: string, keyId = "k", path = "/p") => {
    const request = requestOf(header, keyId, path);
    return request.ok ? request.value : request.refusal.problem;
  };
  test("belongs to one API key and one path", () => {
    expect(value('"a"')).toBe(value("a"));
    expect(value("a", "k2")).not.toBe(value("a"));
    expect(value("a", "k", "/q")).not.toBe(value("a"));
    expect(value("a", "k", "/pa")).not.toBe(value("aa", "k", "/p"));
  });
  test.each(['"', '"a', "a b", "é", "x".repeat(256)])("%j cannot be read", (header) => {
    expect(value(header)).toBe("malformed-header");
  });
});

describe("rates", () => {
  const key = { keyId: "k", scopes: new Set<never>(), requestsPerSecondMax: 2 };
  test("a key gets its requests, and then the rest with time", () => {
    let now = 0;
    const rates = rateLimiter(() => now, 10);
    const waits = () => rates.take(key)!.retryAfterS;
    expect([waits(), waits(), waits()]).toEqual([0, 0, 1]);
    now += 499;
    expect(waits()).toBe(1);
    now += 1;
    expect([waits(), waits()]).toEqual([0, 1]);
    now -= 10_000;
    expect(waits()).toBe(1);
  });
  test("no more pass in any stretch of time than the rate and one burst", () => {
    fc.assert(fc.property(fc.array(fc.nat(300), { minLength: 1, maxLength: 200 }), (pauses) => {
      let now = 0;
      const rates = rateLimiter(() => now, 10);
      let passed = 0;
      for (const pause of pauses) {
        now += pause;
        if (rates.take(key)!.retryAfterS === 0) passed++;
      }
      expect(passed).toBeLessThanOrEqual(2 + 2 * now / 1_000);
    }));
  });
});

test("own writes are remembered, the oldest forgotten first", () => {
  const own = ownWrites(2);
  own.note("a", { partition: 0, sequence: 1 });
  own.note("b", { partition: 0, sequence: 5 });
  own.note("a", { partition: 0, sequence: 3 });
  own.note("c", { partition: 1, sequence: 2 });
  expect(own.of("b")).toBeUndefined();
  expect(own.of("a")).toEqual(new Map([[0, 3]]));
  expect(own.latest()).toEqual(new Map([[0, 5], [1, 2]]));
});

test("there are 249 countries", () => expect(countries.size).toBe(249));

test.each([
  [{ remoteAddr: { hostname: "127.0.0.1" } }, true],
  [{ remoteAddr: { hostname: "::1" } }, true],
  [{ incoming: { socket: { remoteAddress: "::ffff:127.0.0.1" } } }, true],
  [{ remoteAddr: { hostname: "10.0.0.1" } }, false],
  [{ remoteAddr: { hostname: "127.0.0.1.example.com" } }, false],
  [undefined, false],
])("%j is from this machine: %s", (server, local) => expect(isLoopback(server)).toBe(local));
