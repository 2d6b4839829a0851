import type { Ask } from "../../streams/edge/asking.ts";
import type { Switches } from "../../streams/operations/switches.ts";

const retryAfterS = 5;

/** Asks as before, but while the system is read-only nothing that could change it: whoever asks has to wait, as for a log that is away. */
export function unlessReadOnly(ask: Ask, switches: Pick<Switches, "isOn">): Ask {
  return (question) =>
    switches.isOn("read-only") && question.command.type !== "read"
      ? Promise.resolve({ kind: "unavailable", retryAfterS })
      : ask(question);
}
