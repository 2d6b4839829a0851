// `node --import ./ops/bench/on_node.mjs x.ts`: lets Node 20, which cannot read TypeScript, run the baselines and the load generator.
import { register } from "node:module";

register("./strip_types.mjs", import.meta.url);
