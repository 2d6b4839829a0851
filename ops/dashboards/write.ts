import { writeFileSync } from "node:fs";
import { dashboardFiles } from "./all.ts";

// `npx deno run -A ops/dashboards/write.ts` after a change of a dashboard.
for (const [name, text] of dashboardFiles) writeFileSync(new URL(name, import.meta.url), text);
