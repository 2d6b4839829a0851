import process from "node:process";
import type { Instruments } from "./instruments.ts";

/** Memory and CPU of this process. */
export function observeProcess(measure: Instruments): void {
  measure.gauge("process.memory.usage", (tell) => tell(process.memoryUsage().rss, {}));
  measure.gauge("process.cpu.time", (tell) => {
    const { user, system } = process.cpuUsage();
    tell(user / 1e6, { "cpu.mode": "user" });
    tell(system / 1e6, { "cpu.mode": "system" });
  });
}
