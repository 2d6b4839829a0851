/**
 * The load generator, a process of its own: `connections` sockets, each sending its next order when the last is answered. Takes its
 * task as JSON in the first argument, and prints its result as JSON.
 */
import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import process from "node:process";
import { sampleProcesses, type Usage, type Watched } from "./process_sample.ts";
import { newHistogram, percentileMs, record } from "./histogram.ts";
import { newResponseReader } from "./response_reader.ts";
import { type BodyOptions, postsOf } from "./workload.ts";

export interface LoadTask extends BodyOptions {
  readonly port: number;
  readonly key: string;
  readonly connections: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** Processes whose CPU time and memory are told beside the result. */
  readonly watch?: readonly Watched[];
  /** When given, exactly this many requests are sent, and the time does not matter. */
  readonly orders?: number;
  /** So many requests a second, as far as the connections allow; without it, each is sent when the last is answered. */
  readonly perSecond?: number;
}

export interface LoadResult {
  readonly seconds: number;
  /** Answers within the measured time, by status; 0 counts sockets that failed. */
  readonly statuses: { readonly [status: string]: number };
  /** Statuses over the whole run, warm-up included. */
  readonly statusesEver: { readonly [status: string]: number };
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  /** Of the load generator itself. */
  readonly cpuSeconds: number;
  /** By the names in `watch`: CPU time within the measured time, memory at its end. */
  readonly processes: { readonly [name: string]: Usage };
}

type Counts = Record<string, number>;
const count = (counts: Counts, status: number) => counts[status] = (counts[status] ?? 0) + 1;
const nowUs = () => performance.now() * 1000;

function requester(task: LoadTask): () => Buffer | undefined {
  const post = postsOf(task);
  let left = task.orders ?? Number.POSITIVE_INFINITY;
  const head = `\r\nHost: 127.0.0.1:${task.port}\r\nAuthorization: Bearer ${task.key}\r\n` +
    "Content-Type: application/json\r\nContent-Length: ";
  return () => {
    if (left-- <= 0) return undefined;
    const { path, idempotencyKey, body } = post(); // ASCII only, so its length is its bytes.
    const repeatable = idempotencyKey === undefined ? "" : `\r\nIdempotency-Key: ${idempotencyKey}`;
    return Buffer.from(`POST ${path} HTTP/1.1${repeatable}${head}${body.length}\r\n\r\n${body}`, "latin1");
  };
}

/** When the next request is due; waiting for a connection counts as waiting for the answer. */
function timetable({ perSecond }: LoadTask): () => number {
  if (perSecond === undefined) return nowUs;
  const startedUs = nowUs();
  let number = 0;
  return () => startedUs + number++ * 1e6 / perSecond;
}

interface Run {
  readonly task: LoadTask;
  readonly dueUs: () => number;
  readonly next: () => Buffer | undefined;
  readonly answered: (status: number, us: number) => void;
  running: boolean;
}

/** One connection's closed loop; ends when the run does, or nothing is left to send. */
function converse(run: Run): Promise<void> {
  const socket: Socket = connect({ port: run.task.port, host: "127.0.0.1", noDelay: true });
  const reader = newResponseReader();
  let sentUs = 0;
  const send = (dueUs: number) => {
    const request = run.running ? run.next() : undefined;
    if (request === undefined) return socket.end();
    sentUs = dueUs;
    socket.write(request);
  };
  const sendNext = () => {
    const dueUs = run.dueUs(), waitMs = (dueUs - nowUs()) / 1000;
    if (waitMs <= 0) send(dueUs);
    else setTimeout(send, waitMs, dueUs);
  };
  socket.on("connect", sendNext);
  socket.on("data", (chunk) => {
    for (const status of reader.push(chunk)) {
      run.answered(status, nowUs() - sentUs);
      sentUs = 0;
      sendNext();
    }
  });
  socket.on("error", (error) => console.error(`load: ${error.message}`));
  return new Promise((resolve) =>
    socket.on("close", () => {
      if (sentUs !== 0) run.answered(0, nowUs() - sentUs);
      resolve();
    })
  );
}

export async function generateLoad(task: LoadTask): Promise<LoadResult> {
  const histogram = newHistogram(), statuses: Counts = {}, statusesEver: Counts = {};
  const timed = task.orders === undefined;
  let measuring = !timed, maxUs = 0;
  const run: Run = {
    task,
    next: requester(task),
    dueUs: timetable(task),
    running: true,
    answered: (status, us) => {
      count(statusesEver, status);
      if (!measuring) return;
      count(statuses, status);
      record(histogram, us);
      maxUs = Math.max(maxUs, us);
    },
  };
  const conversations = Array.from({ length: task.connections }, () => converse(run));
  if (timed) await sleep(task.warmUpSeconds * 1000);
  const before = sampleProcesses(task.watch ?? []);
  if (timed) await sleep(settleMs);
  const startedUs = nowUs(), cpu = process.cpuUsage();
  measuring = true;
  await (timed ? sleep(task.seconds * 1000) : Promise.all(conversations));
  measuring = false;
  const seconds = (nowUs() - startedUs) / 1e6, { user, system } = process.cpuUsage(cpu);
  const processes = usedSince(before, sampleProcesses(task.watch ?? []));
  run.running = false;
  await Promise.all(conversations);
  const at = (share: number) => percentileMs(histogram, share);
  const percentiles = { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: Math.round(maxUs) / 1000 };
  return { seconds, statuses, statusesEver, ...percentiles, cpuSeconds: (user + system) / 1e6, processes };
}

/** Sampling stops this process for milliseconds; what was answered meanwhile is not measured. */
const settleMs = 50;

function usedSince(
  before: ReadonlyMap<string, Usage>,
  after: ReadonlyMap<string, Usage>,
): Record<string, Usage> {
  return Object.fromEntries(Array.from(after, ([name, { cpuSeconds, memoryMiB }]) => {
    const spent = cpuSeconds - (before.get(name)?.cpuSeconds ?? 0);
    return [name, { cpuSeconds: Math.round(spent * 100) / 100, memoryMiB }];
  }));
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const task = process.argv[2];
if (task !== undefined && process.argv[1]?.endsWith("load.ts")) {
  console.log(JSON.stringify(await generateLoad(JSON.parse(task) as LoadTask)));
}
