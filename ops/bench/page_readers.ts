/**
 * Customers who look: a process of its own that opens a live stream for each tracking page, lets the carrier scan some of the parcels,
 * and takes the time until the page of each is told. Takes its task as JSON on standard input, and prints its result as JSON.
 */
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import process from "node:process";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { newHistogram, percentileMs, record } from "./histogram.ts";
import { sampleProcesses, type Usage, type Watched } from "./process_sample.ts";

export interface WatchedParcel {
  readonly token: string;
  readonly trackingNumber: string;
}
export interface ReadersTask {
  readonly port: number;
  /** The secret of the carrier's callbacks. */
  readonly secret: string;
  readonly parcels: readonly WatchedParcel[];
  readonly scansPerSecond: number;
  readonly seconds: number;
  /** When the first scan happened; every further one is a second later. */
  readonly firstScanMs: number;
  readonly watch: readonly Watched[];
}
export interface ReadersResult {
  readonly openSeconds: number;
  readonly scans: number;
  /** Pages that were not told in time; 0 or the run is worth nothing. */
  readonly missed: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** By the names in `watch`: memory before any page was open. */
  readonly before: Readonly<Record<string, Usage>>;
  /** The same when all are open, before any scan. */
  readonly open: Readonly<Record<string, Usage>>;
  /** At the end; CPU time since all were open. */
  readonly after: Readonly<Record<string, Usage>>;
  readonly seconds: number;
}

const openingMax = 64, spareFiles = 200, lateMsMax = 30_000, quietMs = 2_000;

interface Page {
  readonly parcel: WatchedParcel;
  /** Told of each update. */
  heard: () => void;
  readonly socket: Socket;
}

async function look(task: ReadersTask): Promise<ReadersResult> {
  const { parcels, watch, seconds, scansPerSecond } = task;
  for (const { name, pid } of [...watch, { name: "the readers", pid: process.pid }]) {
    expectFiles(name, pid, parcels.length + spareFiles);
  }
  const before = sampleProcesses(watch), startedMs = performance.now();
  const pages = await openAll(task);
  const openSeconds = (performance.now() - startedMs) / 1000;
  await sleep(quietMs);
  const open = sampleProcesses(watch), measuredMs = performance.now();
  const histogram = newHistogram();
  let max = 0, missed = 0;
  const scans: Promise<void>[] = [], count = Math.min(pages.length, seconds * scansPerSecond);
  const stride = Math.floor(pages.length / count);
  for (let i = 0; i < count; i++) {
    const dueMs = measuredMs + i * 1000 / scansPerSecond;
    await sleep(Math.max(0, dueMs - performance.now()));
    scans.push(
      scanned(task, pages[i * stride]!, i).then((ms) => {
        record(histogram, ms * 1000);
        max = Math.max(max, ms);
      }, () => void missed++),
    );
  }
  await Promise.all(scans);
  const tookSeconds = (performance.now() - measuredMs) / 1000, after = sampleProcesses(watch);
  for (const { socket } of pages) socket.destroy();
  return {
    openSeconds,
    scans: count,
    missed,
    p50: percentileMs(histogram, 0.5),
    p99: percentileMs(histogram, 0.99),
    max,
    before: Object.fromEntries(before),
    open: Object.fromEntries(open),
    after: Object.fromEntries(after),
    seconds: tookSeconds,
  };
}

/** Each open page is a file of its process, at both ends. */
function expectFiles(name: string, pid: number, wanted: number): void {
  const limits = readFileSync(`/proc/${pid}/limits`, "utf8");
  const [, allowed = "0"] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  if (Number(allowed) >= wanted) return;
  throw new Error(
    `Cannot open the pages: ${name} may open only ${allowed} files, and ${wanted} are needed (raise it with ulimit -n)`,
  );
}

async function openAll({ port, parcels }: ReadersTask): Promise<Page[]> {
  const pages: Page[] = [], left = parcels.slice().reverse();
  const opener = async () => {
    for (let parcel = left.pop(); parcel !== undefined; parcel = left.pop()) {
      pages.push(await openPage(port, parcel));
    }
  };
  await Promise.all(Array.from({ length: openingMax }, opener));
  return pages;
}

const update = Buffer.from("event: update");

/** A browser without the page: it is told at once how the parcel stands, and is open then. */
function openPage(port: number, parcel: WatchedParcel): Promise<Page> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const page: Page = { parcel, socket, heard: () => resolve(page) };
    let tail = Buffer.alloc(0);
    socket.on(
      "connect",
      () => socket.write(`GET /t/${parcel.token}/events?lang=en HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`),
    );
    socket.on("data", (chunk: Buffer) => {
      const seen = Buffer.concat([tail, chunk]), at = seen.lastIndexOf(update);
      tail = Buffer.from(seen.subarray(Math.max(at + 1, seen.length - update.length + 1)));
      if (at >= 0) page.heard();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`Cannot look at ${parcel.token}: the edge closed its stream`)));
  });
}

/** From when the carrier sends its callback until the page is told, in milliseconds. */
async function scanned(task: ReadersTask, page: Page, number: number): Promise<number> {
  const startedMs = performance.now();
  const told = new Promise<number>((resolve) => page.heard = () => resolve(performance.now() - startedMs));
  const response = await fetch(
    `http://127.0.0.1:${task.port}/v1/carriers/generic/callbacks`,
    callback(task, page, number),
  );
  if (response.status !== 200) throw new Error(`Cannot scan: the callback was answered ${response.status}`);
  await response.body?.cancel();
  const late = sleep(lateMsMax, undefined, { ref: false }).then(() => {
    throw new Error(`Cannot wait: ${page.parcel.token} was not told`);
  });
  return await Promise.race([told, late]);
}

function callback({ secret, firstScanMs }: ReadersTask, { parcel }: Page, number: number): RequestInit {
  const body = JSON.stringify({
    trackingNumber: parcel.trackingNumber,
    carrier: "ups",
    status: "in_transit",
    code: "AR",
    occurredAt: new Date(firstScanMs + number * 1000).toISOString(),
    location: "Louisville, KY, US",
    description: "Arrived at Facility",
  });
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return {
    method: "POST",
    body,
    headers: { "content-type": "application/json", "x-waybill-signature": `sha256=${signature}` },
  };
}

if (process.argv[1]?.endsWith("page_readers.ts")) {
  console.log(JSON.stringify(await look(JSON.parse(await text(process.stdin)) as ReadersTask)));
  process.exit(0);
}
