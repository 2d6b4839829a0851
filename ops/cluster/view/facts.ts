import type { Broker } from "../../../streams/broker/broker.ts";
import { type LogStatus, readStatus } from "../../../streams/cluster/status.ts";
import { streamNames } from "../../../streams/record.ts";
import type { Admin } from "../admin.ts";
import type { Cluster } from "../cluster.ts";
import type { MemberState } from "../member.ts";

/** What the view shows of one member. */
export interface MemberFacts {
  readonly name: string;
  readonly state: MemberState;
  readonly does: string;
}
/** What is seen of a cluster at one moment; numbers that could not be had are absent. */
export interface Facts {
  readonly members: readonly MemberFacts[];
  /** Partitions that nobody who runs holds. */
  readonly unowned: readonly number[];
  readonly recordsPerSecond?: number;
  readonly ordersPerSecond?: number;
  /** Messages of COMMANDS that are not decided. */
  readonly waiting?: number;
  /** Records that projections do not hold yet. */
  readonly lag?: number;
  /** Answers of edges to everybody, by status. */
  readonly answers: ReadonlyMap<string, number>;
}

interface Counted {
  readonly atMs: number;
  readonly records: number | undefined;
  readonly orders: number | undefined;
}

const askMsMax = 1_500;

/** Looks at a cluster from outside: the registry, the streams' leaders, what processes say of themselves. */
export class Watch {
  readonly #cluster: Cluster;
  readonly #broker: Broker;
  readonly #admin: Admin;
  #before: Counted | undefined;

  constructor(cluster: Cluster, broker: Broker, admin: Admin) {
    this.#cluster = cluster;
    this.#broker = broker;
    this.#admin = admin;
  }

  async look(): Promise<Facts> {
    const [status, leaders, edges, projectors] = await Promise.all([
      within(askMsMax, readStatus(this.#broker, Date.now())),
      this.#leaders(),
      this.#metricsOf("edge"),
      this.#metricsOf("projector"),
    ]);
    const owned = this.#owners(status), answers = answersIn(edges);
    const lag = sumOf(projectors, /^waybill_reader_lag_records\{[^}]*reader="projector"/);
    const waiting = status?.partitions.reduce((sum, { behind }) => sum + behind, 0);
    const holders = new Set([...owned.values()].flat());
    return {
      members: this.#cluster.members.map(({ name, state, kind }) => ({
        name,
        state,
        does: kind === "nats" ? leaders.get(name)?.join(" ") ?? "" : partitionsText(owned.get(name)),
      })),
      unowned: status?.partitions.map(({ partition }) => partition).filter((one) => !holders.has(one)) ?? [],
      answers,
      ...this.#rates(status, answers),
      ...(lag === undefined ? {} : { lag }),
      ...(waiting === undefined ? {} : { waiting }),
    };
  }

  async #leaders(): Promise<Map<string, string[]>> {
    const leaders = new Map<string, string[]>();
    await Promise.all(
      Object.values(streamNames).map(async (stream) => {
        const leader = await within(askMsMax, this.#admin.leaderOf(stream));
        if (leader !== undefined) leaders.set(leader, [...leaders.get(leader) ?? [], stream]);
      }),
    );
    return leaders;
  }

  /** By the name of the member: a host's name in its lease holds its process id. */
  #owners(status: LogStatus | undefined): Map<string, number[]> {
    const owned = new Map<string, number[]>();
    for (const { partition, host } of status?.partitions ?? []) {
      const pid = Number(host?.split("/").at(-2));
      const member = this.#cluster.members.find((one) => one.pid === pid);
      if (member) owned.set(member.name, [...owned.get(member.name) ?? [], partition]);
    }
    return owned;
  }

  async #metricsOf(kind: string): Promise<string[]> {
    const asked = this.#cluster.roles.filter(({ member }) => member.kind === kind && member.state === "up");
    const texts = await Promise.all(asked.map(({ url }) => {
      const signal = AbortSignal.timeout(askMsMax);
      return fetch(`${url}/metrics`, { signal }).then((answer) => answer.text(), () => "");
    }));
    return texts.flatMap((text) => text.split("\n"));
  }

  #rates(status: LogStatus | undefined, answers: ReadonlyMap<string, number>) {
    const now: Counted = {
      atMs: performance.now(),
      records: status?.streams.find(({ name }) => name === streamNames.events)?.messages,
      orders: [...answers].filter(([said]) => said < "300").reduce((sum, [, count]) => sum + count, 0),
    };
    const before = this.#before, seconds = (now.atMs - (before?.atMs ?? 0)) / 1_000;
    this.#before = now;
    const rate = (of: "records" | "orders") =>
      // A process that was started again counts from nothing.
      now[of] === undefined || before?.[of] === undefined
        ? undefined
        : Math.max(0, now[of] - before[of]) / seconds;
    const records = rate("records"), orders = rate("orders");
    return {
      ...(records === undefined ? {} : { recordsPerSecond: records }),
      ...(orders === undefined ? {} : { ordersPerSecond: orders }),
    };
  }
}

const partitionsText = (partitions: readonly number[] = []) =>
  partitions.length === 0 ? "" : `partitions ${partitions.join(" ")}`;

/** POSTs of orders, by the status that they were answered with. */
function answersIn(lines: readonly string[]): Map<string, number> {
  const answers = new Map<string, number>();
  for (const line of lines) {
    if (!line.startsWith("http_server_request_duration") || !line.includes('http_route="/v1/orders"')) {
      continue;
    }
    const [, status] = /_count\{.*http_response_status_code="(\d+)"/.exec(line) ?? [];
    if (status === undefined || !line.includes('"POST"')) continue;
    answers.set(status, (answers.get(status) ?? 0) + Number(line.split(" ").at(-1)));
  }
  return answers;
}

function sumOf(lines: readonly string[], name: RegExp): number | undefined {
  const found = lines.filter((line) => name.test(line)).map((line) => Number(line.split(" ").at(-1)));
  return found.length === 0 ? undefined : found.reduce((sum, value) => sum + value, 0);
}

/** Undefined when it takes too long or fails: the view shows what is known. */
async function within<T>(msMax: number, work: Promise<T | undefined>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((done) => timer = setTimeout(() => done(undefined), msMax));
  return await Promise.race([work.catch(() => undefined), late]).finally(() => clearTimeout(timer));
}
