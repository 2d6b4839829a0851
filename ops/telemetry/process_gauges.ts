import process from "node:process";
import type { Switches } from "../../streams/operations/switches.ts";
import type { Instruments } from "./instruments.ts";

export interface System {
  ready(): boolean;
  partitions(): number;
}

/** Whether this process works, and in how many partitions the log is that it works on. */
export function observeSystem(measure: Instruments, { ready, partitions }: System): void {
  measure.gauge("waybill.ready", (tell) => tell(ready() ? 1 : 0, {}));
  measure.gauge("waybill.partitions", (tell) => tell(partitions(), {}));
}

/** Memory and CPU of this process. */
export function observeProcess(measure: Instruments): void {
  measure.gauge("process.memory.usage", (tell) => tell(process.memoryUsage().rss, {}));
  measure.gauge("process.cpu.time", (tell) => {
    const { user, system } = process.cpuUsage();
    tell(user / 1e6, { "cpu.mode": "user" });
    tell(system / 1e6, { "cpu.mode": "system" });
  });
}

/** Whether this process takes the system for read-only. */
export function observeSwitches(measure: Instruments, switches: Pick<Switches, "isOn">): void {
  measure.gauge("waybill.read_only", (tell) => tell(switches.isOn("read-only") ? 1 : 0, {}));
}
