import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mirrorSuites, unpackPackage } from "./debian_package.mjs";

const onDebian = spawnSync("apt-get", ["--version"]).status === 0 &&
  spawnSync("dpkg-deb", ["--version"]).status === 0;
const architecture = onDebian
  ? spawnSync("dpkg", ["--print-architecture"], { encoding: "utf8" }).stdout.trim()
  : "";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waybill-apt-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** A small repository in a folder, with one package of one file. */
function makeRepository(): { packagesPath: string; archivePath: string } {
  const content = join(folder, "content");
  mkdirSync(join(content, "DEBIAN"), { recursive: true });
  mkdirSync(join(content, "usr/bin"), { recursive: true });
  chmodSync(join(content, "DEBIAN"), 0o755);
  writeFileSync(join(content, "usr/bin/greeter"), "hello\n");
  const control =
    `Package: greeter\nVersion: 1.0\nArchitecture: ${architecture}\nMaintainer: Tests <t@example.org>\nDescription: says hello\n`;
  writeFileSync(join(content, "DEBIAN/control"), control);
  const pool = join(folder, "mirror/pool");
  const lists = join(folder, `mirror/dists/unstable/main/binary-${architecture}`);
  for (const path of [pool, lists]) mkdirSync(path, { recursive: true });
  const archivePath = join(pool, "greeter.deb");
  const built = spawnSync("dpkg-deb", ["--root-owner-group", "--build", content, archivePath], {
    encoding: "utf8",
  });
  if (built.status !== 0) throw new Error(built.stderr);
  const packagesPath = join(lists, "Packages");
  const size = readFileSync(archivePath).length;
  writeFileSync(
    packagesPath,
    `${control}Filename: pool/greeter.deb\nSize: ${size}\nSHA256: ${sha256(archivePath)}\n\n`,
  );
  const entry = `${sha256(packagesPath)} ${
    readFileSync(packagesPath).length
  } main/binary-${architecture}/Packages`;
  const date = new Date().toUTCString().replace("GMT", "UTC");
  writeFileSync(
    join(folder, "mirror/dists/unstable/Release"),
    `Suite: unstable\nCodename: sid\nDate: ${date}\nArchitectures: ${architecture}\nComponents: main\nSHA256:\n ${entry}\n`,
  );
  return { packagesPath, archivePath };
}

const suiteOf = (extra: string) => ({
  suite: "unstable",
  stanza: `Types: deb\nURIs: file:${folder}/mirror\nSuites: unstable\nComponents: main\n${extra}`,
});
const unpack = (extra: string, name = "greeter") =>
  unpackPackage({ name, suite: suiteOf(extra), folder: join(folder, "work") });

describe.runIf(onDebian)("a package from a Debian mirror", () => {
  test("is unpacked when all is well, and is nothing when the mirror does not have it", async () => {
    makeRepository();
    const files = await unpack("Trusted: yes\n");
    expect(readFileSync(join(files ?? "", "usr/bin/greeter"), "utf8")).toBe("hello\n");
    expect(await unpack("Trusted: yes\n", "no-such-package")).toBeUndefined();
  });

  test("is refused when nobody has signed the mirror's lists", async () => {
    makeRepository();
    await expect(unpack("")).rejects.toThrow(/not signed/);
    expect(existsSync(join(folder, "work/files"))).toBe(false);
  });

  test("is refused when the lists are not those of the release", async () => {
    const { packagesPath } = makeRepository();
    writeFileSync(packagesPath, readFileSync(packagesPath, "utf8").replace("says hello", "says HELLO"));
    await expect(unpack("Trusted: yes\n")).rejects.toThrow(/Hash Sum mismatch/);
  });

  test("is refused when it is not the one in the lists", async () => {
    const { archivePath } = makeRepository();
    const bytes = readFileSync(archivePath);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(archivePath, bytes);
    await expect(unpack("Trusted: yes\n")).rejects.toThrow(/Hash Sum mismatch/);
    expect(existsSync(join(folder, "work/files"))).toBe(false);
  });

  test("is looked for where the machine's own sources point", async () => {
    const aptFolder = join(folder, "apt");
    mkdirSync(join(aptFolder, "sources.list.d"), { recursive: true });
    writeFileSync(join(aptFolder, "sources.list"), "deb http://a.example/debian bookworm main\n");
    writeFileSync(
      join(aptFolder, "sources.list.d/b.sources"),
      "Types: deb\nURIs: http://b.example/debian\nSuites: trixie\nComponents: main\n",
    );
    writeFileSync(
      join(aptFolder, "sources.list.d/c.list.disabled"),
      "deb http://c.example/debian sid main\n",
    );
    const asked = await mirrorSuites({ aptFolder, osRelease: join(folder, "no-such-file") });
    expect([...new Set(asked.map(({ stanza }) => /URIs: (\S+)/.exec(stanza)?.[1]))]).toEqual([
      "http://a.example/debian",
      "http://b.example/debian",
    ]);
    expect(await mirrorSuites({ aptFolder: join(folder, "none"), osRelease: "none" })).toEqual([]);
  });
});
