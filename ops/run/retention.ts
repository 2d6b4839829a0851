import { PersonalCopier } from "../../streams/retention/personal.ts";
import { CommandsTrimmer } from "../../streams/retention/trim.ts";
import { commandsBytesMax } from "../../streams/streams.ts";
import { observeCopier } from "../telemetry/reader_observer.ts";
import { endless, type Running, type Shared } from "./role.ts";

/** Copies personal data out of COMMANDS, and lets COMMANDS go behind it. */
export function startRetention({ broker, runtime, map, measure, log }: Shared): Running {
  const partitions = Array.from({ length: map.count }, (_, partition) => partition);
  const copiers = partitions.map((partition) => {
    const observer = observeCopier(measure, log, partition);
    return new PersonalCopier({ broker, runtime, partition, observer });
  });
  const trimmer = new CommandsTrimmer({
    broker,
    runtime,
    partitions,
    readers: copiers, // A copier follows the host's own records, so it is never ahead of the host.
    limits: { streamBytesMax: commandsBytesMax },
    observer: { trimmed: (what) => log.info(what, "commands trimmed") },
  });
  let stopping = false;
  const running = [...copiers.map((copier) => copier.run()), trimmer.run()];
  return {
    failed: Promise.race(running.map((run) => endless(run, "the copier of personal data", () => stopping))),
    stop: async () => {
      stopping = true;
      trimmer.stop();
      for (const copier of copiers) await copier.stop();
    },
  };
}
