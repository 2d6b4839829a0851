import { setTimeout as sleep } from "node:timers/promises";
import { streamNames } from "../../../streams/record.ts";
import type { Admin } from "../admin.ts";
import type { Cluster } from "../cluster.ts";
import { fillDiskOf } from "../disk.ts";
import type { Member, MemberKind } from "../member.ts";
import { untilHealthy } from "../nats_nodes.ts";
import { faultAreas, type FaultKind, type PlannedFault } from "./plan.ts";

/** A fault that was injected: whom it hit, and how it ends. */
export interface Injected {
  readonly who: string;
  /** It could not be done here; says why. */
  readonly skipped?: string;
  heal(): Promise<void>;
}

export interface Site {
  readonly cluster: Cluster;
  readonly admin: Admin;
}

type Inject = (site: Site, where: number) => Promise<Injected>;

const pick = <T>(from: readonly T[], where: number): T => from[Math.floor(where * from.length)]!;
const ofKind = ({ members }: Cluster, kind: MemberKind) => members.filter((member) => member.kind === kind);
/** Only one that runs can be hurt; when none does, whichever it is is down already. */
const someOf = ({ cluster }: Site, kind: MemberKind, where: number) => {
  const all = ofKind(cluster, kind), up = all.filter(({ state }) => state === "up");
  return pick(up.length > 0 ? up : all, where);
};

const killed = (kind: MemberKind): Inject => async (site, where) => {
  const member = someOf(site, kind, where);
  await member.kill();
  return revived(member);
};

const revived = (member: Member): Injected => ({ who: member.name, heal: () => member.revive() });
const nothingToHeal = () => Promise.resolve();

const injections: Readonly<Record<FaultKind, Inject>> = {
  "host killed": killed("host"),
  "edge killed": killed("edge"),
  "projector killed": killed("projector"),
  "NATS node killed": killed("nats"),
  "Postgres killed": killed("postgres"),
  "host drained": async (site, where) => {
    const member = someOf(site, "host", where);
    await member.drain();
    return revived(member);
  },
  "host paused": (site, where) => {
    const member = someOf(site, "host", where);
    member.pause();
    return Promise.resolve({ who: member.name, heal: () => Promise.resolve(member.resume()) });
  },
  "connections cut": (site, where) => Promise.resolve(broken(site, where, "cut")),
  "one direction stalled": (site, where) =>
    Promise.resolve(broken(site, where, where * 100 % 1 < 0.5 ? "stall-in" : "stall-out")),
  "EVENTS leader moved": async ({ admin }) => {
    const before = await admin.leaderOf(streamNames.events);
    await admin.stepDown(streamNames.events);
    return { who: before ?? "nobody", heal: nothingToHeal };
  },
  "EVENTS leader killed": async ({ cluster, admin }, where) => {
    const leader = await admin.leaderOf(streamNames.events) ?? pick(cluster.nats.nodes, where).name;
    const member = cluster.member(leader);
    await member.kill();
    return revived(member);
  },
  "disk full": (site, where) => {
    const member = someOf(site, "nats", where), skipped = fillDiskOf(member.pid);
    if (skipped !== undefined) return Promise.resolve({ who: "nobody", skipped, heal: nothingToHeal });
    return Promise.resolve({ who: member.name, heal: () => restarted(member) });
  },
};

function broken({ cluster }: Site, where: number, fault: "cut" | "stall-in" | "stall-out"): Injected {
  const { member, wires } = pick(cluster.roles, where);
  for (const wire of wires) wire.break(fault);
  return {
    who: fault === "cut"
      ? member.name
      : `${member.name} (${fault === "stall-in" ? "hears" : "says"} nothing)`,
    heal: () => Promise.resolve(wires.forEach((wire) => wire.heal())),
  };
}

/** A server that could not write has given up its streams: there is room again, and it is started again, as an operator would. */
async function restarted(member: Member): Promise<void> {
  await member.kill();
  await member.revive();
}

const calmMsMax = 60_000;

/** Waits until the last fault of its kind has healed: two nodes of three down would only prove that there is no majority. */
export async function calm({ cluster }: Site, { kind }: PlannedFault): Promise<void> {
  if (faultAreas[kind] !== "nats") return;
  const giveUpAtMs = performance.now() + calmMsMax;
  for (const node of cluster.nats.nodes) {
    while (cluster.member(node.name).state !== "up" && performance.now() < giveUpAtMs) await sleep(100);
    await untilHealthy(node);
  }
}

export const inject = (site: Site, { kind, where }: PlannedFault): Promise<Injected> =>
  injections[kind](site, where);
