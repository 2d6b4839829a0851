import { isFinal, rankOf, type Standing } from "./status.ts";

/** One scan, as far as the status depends on it. */
export interface Scan extends Standing {
  /** When it happened, milliseconds since 1970. */
  readonly atMs: number;
  /** Names the scan among all of its parcel: the last word between scans of the same moment. */
  readonly hash: string;
}

/** How a parcel stands after some of its scans. */
interface Progress {
  readonly standing: Standing;
  /** When that came to be; undefined before the first scan that says anything. */
  readonly atMs: number | undefined;
  /** The highest rank so far, exceptions aside: those lie over it. */
  readonly reached: number;
  /** Set while it is on its way back. */
  readonly returning: Standing | undefined;
}

const beginning: Progress = {
  standing: { status: "unknown" },
  atMs: undefined,
  reached: 0,
  returning: undefined,
};

/** A parcel's status: the fold over its scans in the sequence in which they happened, whenever each became known (DOMAIN 4). */
export function standingOf(scans: Iterable<Scan>): Standing & { readonly atMs: number | undefined } {
  const { standing, atMs } = [...scans].sort(inSequence).reduce(after, beginning);
  return { ...standing, atMs };
}

/** By time; of the same moment the one further along comes last. */
export function inSequence(one: Scan, other: Scan): number {
  return one.atMs - other.atMs || rankOf(one) - rankOf(other) ||
    compare(one.subStatus ?? "", other.subStatus ?? "") || compare(one.hash, other.hash);
}

const compare = (one: string, other: string) => one < other ? -1 : one > other ? 1 : 0;
/** A label and the first acceptance. */
const firstRanks = 20;
const transitRanks = 50;

function after(progress: Progress, scan: Scan): Progress {
  const { standing, reached } = progress, rank = rankOf(scan);
  if (isFinal(standing)) return progress;
  if (saysNothing(scan) && standing.status !== "unknown") return progress;
  if (standing.status === "delivered" && scan.status !== "return_to_sender") return progress;
  // Heard of late, these say nothing new of a parcel that is further along; but whoever gave it up is glad of any.
  if (rank <= firstRanks && rank < reached && !givenUp(standing)) return progress;
  const { status, subStatus, atMs } = scan;
  const said: Standing = subStatus === undefined ? { status } : { status, subStatus };
  if (status === "return_to_sender") return { standing: said, atMs, reached: rank, returning: said };
  const returning = status === "delivered" ? undefined : progress.returning;
  const now = returning && rank <= transitRanks ? returning : said;
  const overlays = status === "exception" || status === "expired";
  return { standing: now, atMs, reached: overlays ? reached : Math.max(reached, rank), returning };
}

/** A code that nobody knows, or news of the estimate alone. */
const saysNothing = ({ status, subStatus }: Standing) => status === "unknown" || subStatus === "edd_updated";

function givenUp({ status, subStatus }: Standing): boolean {
  return status === "expired" ||
    (status === "exception" && (subStatus === "lost" || subStatus === "undeliverable"));
}
