import process from "node:process";

/** For HEALTHCHECK: ends with 0 when this container's process says that it is ready. The image has no curl. */
const port = process.env.WAYBILL_HEALTH_PORT || "9090";
const ready = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(4_000) })
  .then((answer) => answer.ok, () => false);
process.exit(ready ? 0 : 1);
