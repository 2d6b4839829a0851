import { vi } from "vitest";

/** How long a test waits for what it expects: as a limit, far above what it takes on a busy machine. */
const timeout = 60_000;
const waitFor = vi.waitFor;

// For `expect.poll` the configuration says the same; for `vi.waitFor` it has no setting.
vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === "number" ? options : { timeout, ...options });
