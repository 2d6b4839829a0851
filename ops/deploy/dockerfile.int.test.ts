import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { env, getuid } from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DockerfileParser, type Instruction } from "dockerfile-ast";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { denoBinary, permissionFlags } from "../local/deno.mjs";
import { freePort } from "../local/ports.mjs";
import { ignoredBy } from "./testing/ignore_file.ts";

/** What can be known of the image where no container engine runs: its file's structure, and its program run from just its files. */

const run = promisify(execFile);
const project = fileURLToPath(new URL("../../", import.meta.url));
const textOf = (name: string) => readFile(new URL(name, import.meta.url), "utf8");

let instructions: Instruction[];
let ignored: (path: string) => boolean;
beforeAll(async () => {
  instructions = DockerfileParser.parse(await textOf("Dockerfile")).getInstructions();
  ignored = ignoredBy(await textOf("Dockerfile.dockerignore"));
});
const all = (keyword: string) => instructions.filter((one) => one.getKeyword() === keyword);
const wordsOf = (one: Instruction | undefined) => one?.getArguments().map((word) => word.getValue()) ?? [];
const last = (keyword: string) => all(keyword).at(-1);
const execForm = (one: Instruction | undefined): string[] =>
  JSON.parse(one?.getArgumentsContent()?.replace(/^.*?\[/s, "[") ?? "[]");
/** What is copied from the project, without the target. */
const copied = () =>
  all("COPY").filter((one) => !one.getTextContent().includes("--from=")).flatMap((one) =>
    wordsOf(one).slice(0, -1)
  );

describe("Dockerfile", () => {
  test("each base is pinned to a version", () => {
    const bases = all("FROM").map((one) => wordsOf(one)[0]);
    expect(bases).toHaveLength(2);
    for (const base of bases) expect(base).toMatch(/^[a-z]+:\d+\.\d+[\w.-]*-slim$/);
  });

  test("what it copies exists, and is not ignored", async () => {
    for (const source of copied()) {
      await expect(readFile(join(project, source)).catch(({ code }) => code), source).resolves.not.toBe(
        "ENOENT",
      );
      expect(ignored(source), source).toBe(false);
    }
  });

  test("secrets, tests and what is not the program stay outside", () => {
    const paths = [
      ".git/config",
      ".waybill/secret",
      "node_modules/x/y.js",
      "ops/deploy/secrets/database_url",
    ];
    for (const path of [...paths, "ops/config.test.ts", "ops/testing/nats.ts", "README.md"]) {
      expect(ignored(path), path).toBe(true);
    }
  });

  test("it does not run as root, and is stopped by a signal that its process hears", () => {
    expect(wordsOf(last("USER"))[0]).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(wordsOf(last("STOPSIGNAL"))).toEqual(["SIGTERM"]);
    expect(execForm(last("ENTRYPOINT"))[0]).toBe("deno"); // No shell between the engine and the process.
    expect(execForm(last("CMD"))).toEqual(["--help"]);
    expect(last("HEALTHCHECK")?.getArgumentsContent()).toContain("ops/deploy/healthcheck.ts");
  });

  test("the process may do no more than what `npm start` allows, and writes nothing", () => {
    const started = permissionFlags({ projectFolder: "/app", dataDir: "/data" });
    const flags = execForm(last("ENTRYPOINT")).filter((word) =>
      word.startsWith("--") && !/v8-flags/.test(word)
    );
    const withoutPaths = started.filter((flag) => !/^--allow-(read|write)/.test(flag));
    expect(flags).toEqual([...withoutPaths, "--allow-read=/app,/run/secrets"]);
  });
});

describe("the image's files", () => {
  const nobody = { uid: 65_534, gid: 65_534 };
  let asNobody: Partial<typeof nobody> = {};
  let app: string;
  beforeAll(async () => {
    app = await mkdtemp(join(tmpdir(), "waybill-image-"));
    for (const source of copied()) {
      const filter = (path: string) => !ignored(relative(project, path));
      await cp(join(project, source), join(app, source), { recursive: true, filter });
    }
    await symlink(join(project, "node_modules"), join(app, "node_modules"));
    await mkdir(join(app, ".deno"));
    await run(denoBinary(), ["cache", "ops/main.ts", "ops/deploy/healthcheck.ts"], {
      cwd: app,
      env: denoEnv(),
    });
    await run("chmod", ["-R", "a+rX,a-w", app]);
    if (getuid?.() === 0) asNobody = await mayRead(nobody) ? nobody : {};
  });
  afterAll(async () => {
    await run("chmod", ["-R", "u+w", app]);
    await rm(app, { recursive: true, force: true });
  });
  const denoEnv = () => ({ PATH: env.PATH ?? "", DENO_DIR: join(app, ".deno"), DENO_NO_UPDATE_CHECK: "1" });

  /** What we borrow of the project may lie where nobody else may look. */
  const mayRead = (user: typeof nobody) =>
    run("test", ["-x", denoBinary(), "-a", "-r", join(app, "node_modules", "zod", "package.json")], user)
      .then(() => true, () => false);

  /** The entrypoint, as a user who may write nowhere when the tests are root's. */
  const start = async (args: readonly string[], more: Record<string, string> = {}) => {
    const [, ...flags] = execForm(last("ENTRYPOINT"));
    const read = `--allow-read=${app},${join(project, "node_modules")},/run/secrets`;
    const words = flags.map((flag) => flag.startsWith("--allow-read") ? read : flag);
    const options = { cwd: app, env: { ...denoEnv(), ...more }, ...asNobody };
    return await run(denoBinary(), [...words, ...args], options).then(
      ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
      ({ code, stdout, stderr }) => ({ code, text: String(stdout) + String(stderr) }),
    );
  };

  test("are enough to start every role, with the image's permissions and a folder that cannot be written", async () => {
    expect((await start(["--version"])).text).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { code, text } = await start(["run", "edge,host,projector,deliver"]);
    expect([code, text]).toEqual([1, "Cannot run: NATS_URL is not set\n"]);
  });

  test("the health check fails while nothing answers", async () => {
    const [program, ...words] = execForm(last("HEALTHCHECK"));
    expect(program).toBe("deno");
    const options = { cwd: app, env: { ...denoEnv(), WAYBILL_HEALTH_PORT: String(await freePort()) } };
    await expect(run(denoBinary(), words, options)).rejects.toMatchObject({ code: 1 });
  });
});
