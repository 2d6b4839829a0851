// @ts-check
import { createRequire } from "node:module";
import { existsSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { cacheFolder } from "./nats_server.mjs";
import { Unusable } from "./unusable.mjs";

/** What the libraries ask of the system: names for logs and traces, sizes for metrics. */
const systemFacts = [
  "hostname",
  "userInfo",
  "homedir",
  "osRelease",
  "osUptime",
  "cpus",
  "systemMemoryInfo",
  "uid",
  "gid",
  "loadavg",
];
/** Options whose value is a file or folder that a command writes. */
const outputOptions = ["--out", "-o", "--trace", "--to", "--to-file", "--in"];

/** The binary of the pinned npm package (its postinstall, which npm may not run, is not needed). */
export function denoBinary() {
  const require = createRequire(import.meta.url);
  /** @type {{ runInstall: () => string }} */
  const { runInstall } = require("deno/install_api.cjs");
  return runInstall();
}

/** Deno keeps its own cache in the project, not in the user's home, which a service may not have. */
export function denoEnvironment() {
  return { DENO_DIR: process.env["DENO_DIR"] || join(cacheFolder(), "deno"), DENO_NO_UPDATE_CHECK: "1" };
}

/**
 * @typedef {object} Access
 * @property {string} projectFolder
 * @property {string} dataDir
 * @property {string[]} [hosts] `host` or `host:port` that may be reached and listened at; absent: any
 * @property {string[]} [files] to read
 * @property {string[]} [outputs] to write
 * @property {string[]} [facts] of the system, to know beside what every process may
 */

/**
 * The explicit permissions of a process: no more than it needs.
 * @param {Access} access
 * @returns {string[]}
 */
export function permissionFlags(
  { projectFolder, dataDir, hosts, files = [], outputs = [], facts = [] },
) {
  const writable = [dataDir, ...outputs];
  const readable = [projectFolder, packagesIn(projectFolder), cacheFolder(), ...writable, ...files];
  return [
    "--no-prompt",
    hosts === undefined ? "--allow-net" : `--allow-net=${listed(hosts)}`,
    "--allow-env",
    `--allow-sys=${[...systemFacts, ...facts].join(",")}`,
    `--allow-read=${listed(readable)}`,
    `--allow-write=${listed(writable)}`,
  ];
}

/**
 * Where the packages really are: a checkout may share them with another by a link.
 * @param {string} projectFolder
 */
function packagesIn(projectFolder) {
  const packages = join(projectFolder, "node_modules");
  return existsSync(packages) ? realpathSync(packages) : packages;
}

/**
 * The files that a command's arguments may stand for, to be read, and those after `--out`, to be written. Whether one is there, the
 * command looks itself: of a path that it may not read, it could not tell. With commas it is rather a list of something.
 * @param {string[]} args
 * @returns {{ files: string[], outputs: string[] }}
 */
export function filesNamed(args) {
  /** @type {{ files: string[], outputs: string[] }} */
  const named = { files: [], outputs: [] };
  args.forEach((arg, index) => {
    const [option = "", value] = arg.startsWith("-") ? arg.split(/=(.*)/s) : ["", arg];
    const isOutput = outputOptions.includes(option || (args[index - 1] ?? ""));
    if (value === undefined) return;
    if (isOutput) named.outputs.push(resolve(value));
    else named.files.push(...filesReferred(value).filter((path) => !path.includes(",") || existsSync(path)));
  });
  return named;
}

/** @param {string} value a path; or `@path`, where the file stands for a value, and several of these with commas */
function filesReferred(value) {
  const paths = value.startsWith("@") ? value.split(",").map((one) => one.trim().replace(/^@/, "")) : [value];
  return paths.filter((path) => path !== "").map((path) => resolve(path)); // "" would be the whole folder.
}

/**
 * The files and folders that settings name: `NAME_FILE` for a secret, those named by path, and secrets of carriers as `@path`.
 * @param {Record<string, string | undefined>} env
 * @returns {string[]}
 */
export function filesOfSettings(env) {
  return Object.entries(env).flatMap(([name, value = ""]) => {
    const text = value.trim(), isJson = text.startsWith("{");
    const isPath = ownFile.test(name) || pathNames.includes(name) || (name === "WAYBILL_SELLERS" && !isJson);
    return isPath || (name.startsWith("WAYBILL_CARRIER_") && text.startsWith("@")) ? filesReferred(text) : [];
  });
}
const ownFile = /^(WAYBILL|NATS|DATABASE|OTEL)_\w+_FILE$/;
const pathNames = ["NATS_CREDS", "NATS_CA", "NATS_CERT", "NATS_KEY", "WAYBILL_TEMPLATES", "WAYBILL_SMTP_CA"];

/**
 * The hosts of URLs, each with its port.
 * @param {(string | undefined)[]} urls
 */
export function hostsOf(urls) {
  return urls.flatMap((url) => url !== undefined && URL.canParse(url) ? [new URL(url)] : [])
    .map(({ hostname, port, protocol }) => `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`);
}

/** @param {string[]} values */
function listed(values) {
  const parted = values.find((value) => value.includes(","));
  if (parted === undefined) return [...new Set(values)].join(",");
  throw new Unusable(`Cannot use ${parted}: the runtime takes no path with a comma in it; rename it`, {
    exitCode: 2,
  });
}
