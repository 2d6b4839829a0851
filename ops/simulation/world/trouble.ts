import type { MemoryServer } from "../../../streams/broker/memory.ts";
import type { Chance } from "../kernel/chance.ts";
import { type Kernel, world } from "../kernel/kernel.ts";
import type { Hosts } from "./hosts.ts";
import type { MemoryRows } from "../../../projections/model/memory_rows.ts";
import type { Deliverers } from "./deliverers.ts";
import type { Projectors } from "./projectors.ts";
import type { Machine, Machines } from "./machines.ts";
import type { Leaders } from "./leaders.ts";
import { healthyMs } from "./link.ts";
import type { Edges } from "./edge_fleet.ts";
import { fair, type Weather } from "./weather.ts";

interface TroubleOptions {
  readonly kernel: Kernel;
  readonly chance: Chance;
  readonly server: MemoryServer;
  readonly weather: Weather;
  readonly leaders: Leaders;
  readonly machines: Machines;
  readonly hosts: Hosts;
  readonly edges: Edges;
  readonly projectors: Projectors;
  readonly deliverers: Deliverers;
  readonly rows: MemoryRows;
  /** A stream with three replicas can do what one cannot. */
  readonly replicated: boolean;
}

/** Switches faults on and off over time. Each seed has its own selection of what may happen: few kinds at a time find more. */
export class Trouble {
  readonly #options: TroubleOptions;
  readonly #kinds: readonly (() => void)[];
  readonly #meanMs: number;
  #over = false;

  constructor(options: TroubleOptions) {
    this.#options = options;
    const { chance } = options;
    this.#kinds = this.#all().filter(() => chance.happens(0.45));
    this.#meanMs = chance.oneOf([200, 500, 1_500, 4_000]);
    this.#next();
  }

  /** Everything that can be made well again is. */
  end(): void {
    this.#over = true;
    const { server, weather, leaders, machines, projectors, rows } = this.#options;
    projectors.lossOdds = 0;
    if (!rows.up) rows.comeUp();
    weather.odds = fair;
    weather.lag = 0;
    leaders.hurry();
    if (!server.up) server.comeUp();
    for (const machine of machines.living) {
      machine.link.slow(healthyMs);
      machine.link.hurry();
      machine.client.mend();
      if (machine.process.standsStill) machine.process.goOn();
    }
    server.wakeReaders();
  }

  #next(): void {
    const { kernel, chance } = this.#options;
    if (this.#kinds.length === 0) return;
    kernel.after(world, chance.wait(this.#meanMs), "trouble", () => {
      if (this.#over) return;
      chance.oneOf(this.#kinds)();
      this.#next();
    });
  }

  #all(): readonly (() => void)[] {
    const common = [
      () => this.#stall(),
      () => this.#stallReader(),
      () => this.#stallLeader(),
      () => this.#cut(),
      () => this.#pause(),
      () => this.#crashHost(),
      () => this.#drainHost(),
      () => this.#crashEdge(),
      () => this.#crashProjector(),
      () => this.#crashDeliverer(),
      () => this.#disturbDatabase(),
      () => this.#zombie(),
      () => this.#restartServer(),
      () => this.#loseMessages(),
      () => this.#slow(),
    ];
    return this.#options.replicated ? [...common, () => this.#changeLeader(), () => this.#lag()] : common;
  }

  #note(what: string): void {
    this.#options.kernel.note("trouble", what);
  }
  /** Undone later, unless the storm is over by then. */
  #later(ms: number, what: string, undo: () => void): void {
    this.#options.kernel.after(world, ms, what, () => this.#over || undo());
  }
  #someone(): Machine | undefined {
    const { machines, hosts, chance } = this.#options;
    if (hosts.running.length > 0 && chance.happens(0.6)) return chance.oneOf(hosts.running);
    return machines.living.length > 0 ? chance.oneOf(machines.living) : undefined;
  }

  #stall(): void {
    const { chance } = this.#options, machine = this.#someone();
    const direction = chance.oneOf(["up", "down"] as const), ms = chance.wait(1_500);
    this.#note(`stalls ${direction} of ${machine?.process.name} ${ms.toFixed()} ms`);
    machine?.link.stall(direction, ms);
  }
  /** One subscription falls behind all others of its process. */
  #stallReader(): void {
    const { chance } = this.#options, machine = this.#someone();
    const ms = chance.wait(chance.oneOf([300, 2_000])), what = machine?.link.stallReader(chance, ms);
    this.#note(`stalls ${what} of ${machine?.process.name} ${ms.toFixed()} ms`);
  }
  /** One stream answers late, or not for a while. */
  #stallLeader(): void {
    const { chance, leaders } = this.#options, stream = leaders.any(chance);
    if (chance.happens(0.5)) {
      const ms = chance.wait(600);
      this.#note(`stalls the leader of ${stream} ${ms.toFixed()} ms`);
      return leaders.stall(stream, ms);
    }
    this.#note(`slows the leader of ${stream}`);
    leaders.slow(stream, chance.wait(30));
    this.#later(chance.wait(2_000), `the leader of ${stream} is fast again`, () => leaders.slow(stream, 0));
  }
  #slow(): void {
    const { chance } = this.#options, machine = this.#someone();
    if (!machine) return;
    machine.link.slow(chance.wait(60));
    this.#later(chance.wait(2_000), "fast again", () => machine.link.slow(healthyMs));
  }
  #cut(): void {
    const { chance } = this.#options, machine = this.#someone();
    this.#note(`cuts off ${machine?.process.name}`);
    machine?.client.cut();
    this.#later(chance.wait(1_500), `mends ${machine?.process.name}`, () => machine?.client.mend());
  }
  #pause(): void {
    const { chance } = this.#options, machine = this.#someone();
    this.#note(`stops ${machine?.process.name}`);
    machine?.process.standStill();
    this.#later(chance.wait(1_500), `continues ${machine?.process.name}`, () => machine?.process.goOn());
  }
  #crashHost(): void {
    const { hosts, chance } = this.#options;
    if (hosts.running.length > 0) hosts.crash(chance.oneOf(hosts.running), chance.happens(0.5));
  }
  #drainHost(): void {
    const { hosts, chance } = this.#options;
    if (hosts.running.length > 0) hosts.drain(chance.oneOf(hosts.running));
  }
  #crashEdge(): void {
    const { edges, chance } = this.#options;
    if (edges.running.length > 0) edges.crash(chance.oneOf(edges.running), chance.happens(0.5));
  }
  #crashProjector(): void {
    const { projectors, chance } = this.#options;
    if (projectors.running.length > 0) {
      projectors.crash(chance.oneOf(projectors.running), chance.happens(0.5));
    }
  }
  #crashDeliverer(): void {
    const { deliverers, chance } = this.#options;
    if (deliverers.running.length > 0) {
      deliverers.crash(chance.oneOf(deliverers.running), chance.happens(0.5));
    }
  }
  #disturbDatabase(): void {
    const { projectors, rows, chance } = this.#options, how = chance.between(0, 2);
    this.#note(
      [
        "the database dies",
        "the database loses its last transactions",
        "the database is hard to reach",
      ][how]!,
    );
    if (how === 0) {
      rows.goDown();
      this.#later(chance.wait(800), "the database is back", () => rows.comeUp());
    }
    if (how === 1) rows.crash(chance.between(0, rows.unflushed));
    if (how === 2) {
      projectors.lossOdds = chance.share() * 0.4;
      this.#later(chance.wait(1_500), "the database is easy to reach", () => projectors.lossOdds = 0);
    }
  }
  /** A host stands still or is cut off for so long that others take over, and then it comes back. */
  #zombie(): void {
    const { hosts, chance } = this.#options;
    if (hosts.running.length === 0) return;
    const machine = chance.oneOf(hosts.running), stops = chance.happens(0.6);
    if (stops) machine.process.standStill();
    else machine.client.cut();
    this.#note(`${stops ? "stops" : "cuts off"} ${machine.process.name} for long`);
    this.#later(3_000 + chance.wait(2_000), `${machine.process.name} comes back`, () => {
      machine.process.goOn();
      machine.client.mend();
    });
  }
  #restartServer(): void {
    const { server, chance } = this.#options;
    this.#note("the server dies");
    server.goDown();
    this.#later(chance.wait(800), "the server is back", () => server.comeUp());
  }
  #loseMessages(): void {
    const { weather, chance } = this.#options;
    const some = () => chance.happens(0.5) ? chance.share() * 0.3 : 0;
    weather.odds = { ...fair, loseAck: some(), loseMessage: some(), dropCore: some() };
    this.#note(`loses messages ${JSON.stringify(weather.odds)}`);
    this.#later(chance.wait(2_000), "loses no more messages", () => weather.odds = fair);
  }
  /** Unacknowledged proposals are lost or land later; for a while the former leader answers, too. */
  #changeLeader(): void {
    const { weather, chance } = this.#options;
    const some = () => chance.happens(0.6) ? chance.share() * 0.4 : 0;
    weather.odds = {
      ...fair,
      loseAck: some(),
      loseMessage: some(),
      delay: some(),
      contended: some(),
      outdated: some(),
    };
    this.#note(`changes the leader ${JSON.stringify(weather.odds)}`);
    this.#later(Math.min(chance.wait(800), 2_500), "the leader is settled", () => weather.odds = fair);
  }
  #lag(): void {
    const { weather, chance, server } = this.#options;
    weather.lag = chance.between(1, 6);
    this.#note(`replicas lag ${weather.lag}`);
    this.#later(chance.wait(1_500), "replicas have caught up", () => {
      weather.lag = 0;
      server.wakeReaders();
    });
  }
}
