import { DoneCommands } from "../../streams/retention/copied.ts";
import { CommandsTrimmer } from "../../streams/retention/trim.ts";
import { commandsBytesMax } from "../../streams/streams.ts";
import { observeTrimmer } from "../telemetry/reader_observer.ts";
import { endless, type Running, type Shared } from "./role.ts";

/** Lets COMMANDS go behind the copiers of personal data. */
export function startTrimmer({ broker, runtime, map, log, measure }: Shared): Running {
  const done = new DoneCommands(broker);
  const trimmer = new CommandsTrimmer({
    broker,
    runtime,
    partitions: () => map.current.partitions.map(({ partition }) => partition),
    done: () => done.look(map.current.partitions),
    limits: { streamBytesMax: commandsBytesMax },
    observer: observeTrimmer(measure, log),
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
