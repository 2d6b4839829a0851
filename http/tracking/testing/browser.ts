import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { chromium as installed, programForTests } from "../../../ops/local/test_programs.mjs";

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** As a limit, far above what anything here takes on a busy machine. */
const waitMsMax = 120_000;

/** Undefined where there is no browser, which a test says and skips; in CI it is an error. */
export const browserPath = () => programForTests(installed);

/** A browser with a profile of its own that is gone when it is closed. */
export async function openBrowser(executablePath: string, options: BrowserContextOptions = {}) {
  const profile = await mkdtemp(join(tmpdir(), "waybill-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    ...{ ...options, executablePath, args, timeout: waitMsMax },
  });
  context.setDefaultTimeout(waitMsMax);
  return {
    context,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What axe-core finds wrong with the page; run in the page's own world, where its CSP has no say over the debugger. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  const script = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  await page.evaluate(await readFile(script, "utf8"));
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await page.evaluate<Found>(
    `axe.run(document, { runOnly: ${JSON.stringify(tags)} })`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`)
  );
}
interface Found {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

/** A page that keeps what its browser complains of. */
export async function watchedPage(context: BrowserContext) {
  const page = await context.newPage(), complaints: string[] = [];
  page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
  page.on("pageerror", (error) => void complaints.push(String(error)));
  return { page, complaints };
}
