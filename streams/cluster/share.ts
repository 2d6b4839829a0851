import type { Share } from "./shares.ts";

/** One share of several: what ends one of them ends all. */
export function together(shares: readonly Share[]): Share {
  if (shares.length === 0) return restful();
  const stop = () => shares.forEach((share) => share.stop());
  const done = Promise.allSettled(shares.map((share) => share.done.finally(stop))).then((ends) => {
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  });
  return { done, stop };
}

/** A share in which there is nothing to do. */
export function restful(): Share {
  let end: () => void = () => undefined;
  const done = new Promise<void>((resolve) => end = resolve);
  return { done, stop: () => end() };
}
