import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";

const run = promisify(execFile);
export const chartFolder = fileURLToPath(new URL("../helm/waybill/", import.meta.url));
const chartFile = z.object({ name: z.string(), version: z.string(), appVersion: z.string() });

/** A rendered manifest, as far as tests look into all of them. */
export const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), labels: z.record(z.string(), z.string()) }),
});
export type Manifest = z.infer<typeof manifest>;

export const chartText = (name: string) => readFile(join(chartFolder, name), "utf8");

/** Values as Helm merges them: objects deeply, anything else replaced. */
export function merged(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over)) return over === undefined ? base : over;
  const names = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries([...names].map((name) => [name, merged(base[name], over[name])]));
}
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Renders the chart with Go's own text/template and sprig, which are what Helm is made of, as chezmoi (a Debian package) offers them.
 * chezmoi calls `includeTemplate` what Helm calls `include`, and has its templates in files: so much is changed, and nothing else.
 * A value that is not there is an error, where Helm would write an empty one.
 */
export async function renderChart(chezmoi: string, values: unknown): Promise<Map<string, string>> {
  const home = await mkdtemp(join(tmpdir(), "waybill-chart-"));
  try {
    const named = join(home, "source", ".chezmoitemplates");
    await mkdir(named, { recursive: true });
    for (const [name, text] of namedTemplates(await chartText("templates/_helpers.tpl"))) {
      await writeFile(join(named, name), text);
    }
    const chart = chartFile.parse(parse(await chartText("Chart.yaml")));
    const Chart = { Name: chart.name, Version: chart.version, AppVersion: chart.appVersion };
    const Release = { Name: "shop", Namespace: "shop", Service: "Helm", IsInstall: true, Revision: 1 };
    await writeFile(join(home, "data.json"), JSON.stringify({ Values: values, Chart, Release }));
    await writeFile(join(home, "chezmoi.toml"), `[template]\noptions = ["missingkey=error"]\n`);
    const rendered = new Map<string, string>();
    for (const name of (await readdir(join(chartFolder, "templates"))).sort()) {
      if (name.startsWith("_")) continue;
      const file = join(home, name);
      await writeFile(file, forChezmoi(await chartText(`templates/${name}`)));
      rendered.set(name, await execute(chezmoi, home, file));
    }
    return rendered;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function execute(chezmoi: string, home: string, file: string): Promise<string> {
  const folders = ["--source", join(home, "source"), "--destination", home, "--cache", join(home, "cache")];
  const config = ["--config", join(home, "chezmoi.toml"), "--persistent-state", join(home, "state")];
  const data = ["--override-data-file", join(home, "data.json")];
  const args = ["execute-template", ...folders, ...config, ...data, "--file", file];
  const { stdout } = await run(chezmoi, args, { env: { HOME: home, PATH: "/usr/bin:/bin" } });
  return stdout;
}

const forChezmoi = (text: string) => text.replace(/\binclude "/g, `includeTemplate "`);

function namedTemplates(text: string): Map<string, string> {
  const named = new Map<string, string>();
  const pattern =
    /\{\{-? define "([^"]+)" -?\}\}([^]*?)\{\{-? end -?\}\}\n(?=\n*(?:\{\{-? (?:define|\/\*)|$))/g;
  for (const [, name = "", body = ""] of text.matchAll(pattern)) named.set(name, forChezmoi(body.trim()));
  return named;
}

/** Every manifest of every rendered file but the notes. */
export function manifestsOf(rendered: ReadonlyMap<string, string>): Manifest[] {
  return [...rendered].filter(([name]) => name.endsWith(".yaml")).flatMap(([name, text]) =>
    parseAllDocuments(text, { strict: true, uniqueKeys: true }).flatMap((document) => {
      const [problem] = [...document.errors, ...document.warnings];
      if (problem !== undefined) throw new Error(`Cannot parse ${name}: ${problem.message}`);
      const value: unknown = document.toJS();
      return value === null ? [] : [manifest.parse(value)];
    })
  );
}
