// @ts-check
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseListFile, parseSourcesFile, suitesToAsk } from "./apt_sources.mjs";

const run = promisify(execFile);
const updateMsMax = 180_000;
const outputBytesMax = 16 * 1024 * 1024;

/** @typedef {{ suite: string, stanza: string }} Suite */

/**
 * The suites of the machine's own mirror, newest first; none on a system without apt.
 * @param {{ aptFolder?: string, osRelease?: string }} [where]
 * @returns {Promise<Suite[]>}
 */
export async function mirrorSuites({ aptFolder = "/etc/apt", osRelease = "/etc/os-release" } = {}) {
  const release = await readIfThere(osRelease);
  const id = /^ID="?([a-z]+)/m.exec(release)?.[1] ?? "";
  const sources = parseListFile(await readIfThere(join(aptFolder, "sources.list")));
  const parts = join(aptFolder, "sources.list.d");
  for (const name of (await namesIn(parts)).sort()) {
    const text = await readIfThere(join(parts, name));
    if (name.endsWith(".list")) sources.push(...parseListFile(text));
    if (name.endsWith(".sources")) sources.push(...parseSourcesFile(text));
  }
  return suitesToAsk(sources, id === "ubuntu" ? ubuntu : debian);
}

const debian = {
  newestSuites: ["unstable", "testing", "stable-backports", "stable"],
  extraComponents: ["main"],
};
const ubuntu = { newestSuites: ["devel"], extraComponents: ["main", "universe"] };

/**
 * Downloads and unpacks a package into `folder`, by the machine's own apt with lists, sources and cache of its
 * own, so that proxies, credentials, signatures and checksums are apt's matter and the system stays as it is.
 * Resolves to nothing when the suite does not offer the package.
 * @param {{ name: string, suite: Suite, folder: string }} asked
 * @returns {Promise<string | undefined>} the folder with the package's files
 */
export async function unpackPackage({ name, suite, folder }) {
  const config = await writeAptConfig(folder, suite);
  const options = { cwd: folder, timeout: updateMsMax, maxBuffer: outputBytesMax, env: plainEnvironment() };
  // Without this option apt-get reports a suite that it cannot get or verify as a warning, and succeeds.
  await run("apt-get", ["-c", config, "-q", "-o", "APT::Update::Error-Mode=any", "update"], options);
  const { stdout } = await run("apt-cache", ["-c", config, "madison", name], options);
  if (!stdout.includes(`${name} |`)) return undefined;
  await run("apt-get", ["-c", config, "-q", "download", name], options); // Checks the signed checksum.
  const archive = (await readdir(folder)).find((file) =>
    file.startsWith(`${name}_`) && file.endsWith(".deb")
  );
  if (archive === undefined) throw new Error(`Cannot find the package ${name}: apt-get left no file`);
  const files = join(folder, "files");
  await run("dpkg-deb", ["-x", join(folder, archive), files], options);
  return files;
}

/**
 * @param {string} folder
 * @param {Suite} suite
 */
async function writeAptConfig(folder, suite) {
  await rm(folder, { recursive: true, force: true });
  for (const name of ["lists/partial", "archives/partial"]) {
    await mkdir(join(folder, name), { recursive: true });
  }
  const sources = join(folder, "package.sources");
  await writeFile(sources, suite.stanza);
  const config = join(folder, "apt.conf");
  // The hooks are the system's (they clean its caches, tell its desktop): none of them may run for us.
  const lines = [
    ..."Pre-Invoke Post-Invoke Post-Invoke-Success".split(" ").map((hook) => `#clear APT::Update::${hook};`),
    `Dir::State::lists "${join(folder, "lists")}";`,
    `Dir::Cache "${folder}";`,
    `Dir::Cache::archives "${join(folder, "archives")}";`,
    `Dir::Etc::sourcelist "${sources}";`,
    ...["sourceparts", "preferences", "preferencesparts"].map((name) => `Dir::Etc::${name} "/dev/null";`),
    `Acquire::Languages "none";`,
    `Acquire::Retries "3";`,
    `Debug::NoLocking "true";`,
    // The lists are in a folder of ours, which apt's own user may not be able to enter.
    ...(process.getuid?.() === 0 ? [`APT::Sandbox::User "root";`] : []),
  ];
  await writeFile(config, lines.join("\n") + "\n");
  return config;
}

function plainEnvironment() {
  return { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" };
}

/** @param {string} path */
async function readIfThere(path) {
  return await readFile(path, "utf8").catch(nothingThere(""));
}

/** @param {string} path */
async function namesIn(path) {
  return await readdir(path).catch(nothingThere(/** @type {string[]} */ ([])));
}

/**
 * @template T
 * @param {T} value
 * @returns {(error: NodeJS.ErrnoException) => T}
 */
function nothingThere(value) {
  return (error) => {
    if (error.code === "ENOENT") return value;
    throw error;
  };
}
