import type { Broker, Stored } from "../broker/broker.ts";
import type { Runtime } from "../runtime.ts";
import { subjectToken } from "../subject_token.ts";

export const memberLimits = {
  heartbeatMs: 250,
  /** Nothing is done in the name of what a member owns later than this after it sent the last heartbeat that was acknowledged … */
  freshMs: 1_500,
  /** … because after this much silence others take over. By the log server's clock, which stamps every heartbeat. */
  silenceMsMax: 2_000,
  /** Who is silent for this long may be dead soon: others get ready. */
  doubtMs: 1_000,
  /** After a time without a heartbeat of our own, the others get this long to be heard again. */
  graceMs: 1_000,
  ackMsMax: 1_000,
} as const;

const roles = ["host", "projector", "deliver"] as const;
export type MemberRole = (typeof roles)[number];

const prefix = "registry.cluster.";
/** The server forgets a heartbeat after this time: every process has a name of its own. */
const passing = new Map([["Nats-TTL", "1h"]]), forgottenMs = 3_600_000;

/** What a member says of itself. */
export interface Heartbeat {
  readonly role: MemberRole;
  readonly name: string;
  readonly state: "here" | "leaving" | "gone";
  /** Partitions that it leaves to others for now. */
  readonly declines: readonly number[];
  /** Partitions of others that it has read up to the end, and would go on with at once. */
  readonly follows: readonly number[];
  /** When the log server stored it, milliseconds since 1970. */
  readonly stampMs: number;
}

type HeartbeatJson = Pick<Heartbeat, "name" | "state"> & Partial<Pick<Heartbeat, "declines" | "follows">>;

/** Undefined for a message of the registry that is no heartbeat. */
export function heartbeatOf({ subject, payload, storedAtMs: stampMs }: Stored): Heartbeat | undefined {
  const role = roles.find((role) => subject.startsWith(`${prefix}${role}.`));
  if (role === undefined) return undefined;
  const { name, state, declines = [], follows = [] } = JSON.parse(
    new TextDecoder().decode(payload),
  ) as HeartbeatJson;
  return { role, name, state, declines, follows, stampMs };
}

/** The processes of one role, known by the heartbeats that each writes to `registry.cluster.<role>.<name>`. */
export class Members {
  readonly name: string;
  readonly #role: MemberRole;
  readonly #broker: Broker;
  readonly #runtime: Runtime;
  readonly #declined: () => readonly number[];
  readonly #followed: () => readonly number[];
  readonly #seen = new Map<string, Heartbeat>();
  #state: Heartbeat["state"] = "here";
  /** Until then, by our own steady clock, nobody else takes us for dead. */
  #freshUntilMs = -Infinity;
  /** The log server's time of our heartbeat as it was last read back, and since when these come without a gap. */
  #ownStampMs = 0;
  #sinceStampMs = 0;
  #firstStampMs = 0;
  /** Between our last two heartbeats as they were read back. */
  #gapMs = 0;
  #stopped = false;

  constructor(
    broker: Broker,
    runtime: Runtime,
    { role, name, declined = () => [], followed = () => [] }: {
      readonly role: MemberRole;
      readonly name: string;
      /** What we leave to others for now. */
      declined?(): readonly number[];
      /** What we would go on with at once. */
      followed?(): readonly number[];
    },
  ) {
    this.#declined = declined;
    this.#followed = followed;
    this.name = name;
    this.#broker = broker;
    this.#runtime = runtime;
    this.#role = role;
  }

  /** How many it knows of, dead or alive. */
  get count(): number {
    return this.#seen.size;
  }

  /** True once our own heartbeat was read back: before that nothing is known of others. */
  get known(): boolean {
    return this.#ownStampMs > 0;
  }

  /** False when somebody else may have taken over from us. */
  get fresh(): boolean {
    return this.#runtime.elapsedMs() < this.#freshUntilMs;
  }

  /** Takes a message of the registry, if it is about a member of this role. */
  see(stored: Stored): void {
    const heartbeat = heartbeatOf(stored);
    if (heartbeat?.role !== this.#role) return;
    const { name, stampMs } = heartbeat;
    this.#seen.set(name, heartbeat);
    if (name !== this.name) return;
    // The registry keeps the last heartbeat of each: behind a gap in ours, those of others may be gone that came in it.
    const { silenceMsMax, freshMs } = memberLimits;
    this.#gapMs = stampMs - this.#ownStampMs;
    if (this.#gapMs > silenceMsMax - freshMs) this.#sinceStampMs = stampMs;
    if (!this.known) this.#firstStampMs = stampMs;
    this.#ownStampMs = stampMs;
    for (const [other, seen] of this.#seen) {
      if (stampMs - seen.stampMs > forgottenMs) this.#seen.delete(other);
    }
  }

  /** Those that things may be given to, in the sequence of their names. */
  eligible(): string[] {
    return [...this.#seen].filter(([name, { state }]) => state === "here" && this.alive(name))
      .map(([name]) => name).sort();
  }

  /** Those of them that have been heard of lately. */
  likely(): string[] {
    return this.eligible().filter((name) =>
      name === this.name || this.#silentMs(name) < memberLimits.doubtMs
    );
  }

  /** False when it has said good-bye or has been silent for too long. */
  alive(name: string): boolean {
    if (name === this.name) return this.known && !this.#stopped;
    const seen = this.#seen.get(name);
    const { silenceMsMax, graceMs, freshMs } = memberLimits;
    const silentMs = this.#silentMs(name);
    const steady = this.#ownStampMs - this.#sinceStampMs >= graceMs;
    // Where every heartbeat takes long there are only gaps: so much silence is none of their making.
    const beyondGaps = silentMs > graceMs + freshMs + 2 * this.#gapMs;
    return seen?.state !== "gone" && !(silentMs > silenceMsMax && (steady || beyondGaps));
  }

  /** By the log server's clock, as of our own last heartbeat. */
  #silentMs(name: string): number {
    // Who was not heard of yet may be alive: the registry keeps the last heartbeat of each, and that may stand behind our first one.
    return this.#ownStampMs - (this.#seen.get(name)?.stampMs ?? this.#firstStampMs);
  }

  /** True when that member leaves the partition to others for now. */
  declines(name: string, partition: number): boolean {
    const declined = name === this.name ? this.#declined() : this.#seen.get(name)?.declines;
    return declined?.includes(partition) === true;
  }

  /** True when there is somebody who would go on with the partition at once, or nobody at all who could take it. */
  mayLetGo(partition: number): boolean {
    const others = this.eligible().filter((name) => name !== this.name);
    return others.length === 0 || others.some((name) => this.#seen.get(name)!.follows.includes(partition));
  }

  /** Writes heartbeats until `stop`. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      await Promise.all([this.#beat(), this.#runtime.sleep(memberLimits.heartbeatMs)]);
    }
  }

  /** Says at once what the next heartbeat would. */
  async tell(): Promise<void> {
    if (!this.#stopped) await this.#beat();
  }

  /** From now on others take what is ours as soon as we let go of it. */
  async leave(): Promise<void> {
    this.#state = "leaving";
    await this.#beat();
  }

  /** The last heartbeat; a member that just vanishes is missed after a while, too. */
  async stop(options: { readonly silent: boolean } = { silent: false }): Promise<void> {
    this.#stopped = true;
    this.#state = "gone";
    if (!options.silent) await this.#beat();
  }

  async #beat(): Promise<void> {
    const { freshMs, ackMsMax } = memberLimits, sentMs = this.#runtime.elapsedMs();
    const declines = this.#declined(), follows = this.#followed();
    const said: HeartbeatJson = {
      name: this.name,
      state: this.#state,
      ...(declines.length > 0 && { declines }),
      ...(follows.length > 0 && { follows }),
    };
    const payload = new TextEncoder().encode(JSON.stringify(said));
    const subject = `${prefix}${this.#role}.${subjectToken(this.name)}`;
    const outcome = await this.#broker.publish(subject, payload, { ackMsMax, headers: passing });
    if (outcome.kind === "stored") this.#freshUntilMs = Math.max(this.#freshUntilMs, sentMs + freshMs);
  }
}
