import { copiedCommands } from "../../streams/retention/copied.ts";
import { CommandsTrimmer } from "../../streams/retention/trim.ts";
import { commandsBytesMax } from "../../streams/streams.ts";
import { endless, type Running, type Shared } from "./role.ts";

/** Lets COMMANDS go behind the copiers of personal data. */
export function startTrimmer({ broker, runtime, map, log }: Shared): Running {
  const trimmer = new CommandsTrimmer({
    broker,
    runtime,
    partitions: () => map.current.partitions.map(({ partition }) => partition),
    // A copier follows the host's own records, so it is never ahead of the host.
    passed: (partition) => copiedCommands(broker, partition),
    limits: { streamBytesMax: commandsBytesMax },
    observer: { trimmed: (what) => log.info(what, "commands trimmed") },
  });
  let stopping = false;
  const running = trimmer.run();
  return {
    failed: endless(running, "the trimming of COMMANDS", () => stopping),
    stop: () => {
      stopping = true;
      trimmer.stop();
      return Promise.resolve();
    },
  };
}
