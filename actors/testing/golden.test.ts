import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { GoldenFiles } from "./golden.ts";

test("golden files that are changed, missing or strange are noticed", () => {
  const folder = mkdtempSync(join(tmpdir(), "golden-"));
  try {
    cpSync(new URL("../location/golden/", import.meta.url), folder, { recursive: true });
    const versions = { "location.described": [1], "location.stocked": [1] };
    expect(new GoldenFiles(pathToFileURL(folder)).problems(versions)).toEqual([]);
    expect(new GoldenFiles(pathToFileURL(folder)).problems({ ...versions, "location.closed": [1] })).toEqual([
      "location.closed.v1.json: there is no such file",
    ]);
    expect(new GoldenFiles(pathToFileURL(folder)).problems({ "location.described": [1] })).toEqual([
      "location.stocked.v1.json: there is no such event",
    ]);
    const changed = { type: "location.stocked", version: 1, data: { skus: [] } };
    writeFileSync(join(folder, "location.stocked.v1.json"), JSON.stringify(changed));
    expect(new GoldenFiles(pathToFileURL(folder)).problems(versions)[0]).toMatch(
      /^location.stocked.v1.json: was changed/,
    );
    rmSync(join(folder, "location.stocked.v1.json"));
    expect(new GoldenFiles(pathToFileURL(folder)).problems(versions)).toEqual([
      "location.stocked.v1.json: there is no such file",
      "location.stocked.v1.json: is gone",
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
