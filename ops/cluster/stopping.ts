import process from "node:process";

const lookMs = 500;

/** Aborts when somebody asks to stop, and when whoever started this process is gone: it would run on unseen. */
export function untilStopped(): AbortController {
  const stopping = new AbortController(), parent = process.ppid;
  const stop = () => stopping.abort(new Error("Cannot go on: asked to stop"));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, lookMs);
  timer.unref();
  return stopping;
}
