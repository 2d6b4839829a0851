import process from "node:process";
import packageJson from "../../../package.json" with { type: "json" };
import { version } from "../../version.ts";
import { type Check, ok, warning } from "../finding.ts";

/** The runtime that this command runs on is the one that `npm start` gives to the roles. */
export const versionsCheck: Check = {
  name: "versions",
  msMax: 1_000,
  look: () => {
    const deno = process.versions.deno, wanted = packageJson.dependencies.deno;
    const runs = deno === undefined ? `Node ${process.versions.node}` : `Deno ${deno}`;
    const says = `Waybill ${version} on ${runs}, ${process.platform} ${process.arch}`;
    if (deno === undefined) {
      return Promise.resolve([warning(says, `Use npx waybill: it runs on Deno ${wanted}, as all tests do.`)]);
    }
    const [major, minor] = deno.split("."), [wantedMajor, wantedMinor] = wanted.split(".");
    const tested = major === wantedMajor && minor === wantedMinor;
    return Promise.resolve([tested ? ok(says) : warning(says, `Use Deno ${wanted}, which is tested.`)]);
  },
};
