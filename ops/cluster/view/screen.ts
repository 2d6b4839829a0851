import process from "node:process";
import { emitKeypressEvents } from "node:readline";
import type { Cluster } from "../cluster.ts";
import type { Member } from "../member.ts";
import type { Facts } from "./facts.ts";
import { type Load, startLoad } from "./load.ts";
import { viewText } from "./text.ts";

export interface Screen {
  show(facts: Facts): void;
  say(line: string): void;
  /** Ends when the user wants to leave. */
  readonly quit: Promise<void>;
  close(): Promise<void>;
}

const esc = "\x1b[";
const terminal = {
  open: `${esc}?1049h${esc}?25l`,
  close: `${esc}?25h${esc}?1049l`,
  home: `${esc}H`,
  lineEnd: `${esc}K\r\n`,
  rest: `${esc}J`,
};
const rowsUsual = 24, saidMax = 50;

interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
}

/** The live view, and the keys that break things. */
export function openScreen(cluster: Cluster): Screen {
  const quit = Promise.withResolvers<void>(), said: string[] = [];
  let selected = 0, load: Load | undefined, facts: Facts = { members: [], unowned: [], answers: new Map() };
  const url = cluster.urls[0] ?? "";
  const draw = () => {
    const members = cluster.members.map(({ name, state }) => ({
      name,
      state,
      does: facts.members.find((one) => one.name === name)?.does ?? "",
    }));
    const shown = { url, facts: { ...facts, members }, selected, loading: load !== undefined, said };
    const lines = viewText({ ...shown, rows: process.stdout.rows || rowsUsual });
    process.stdout.write(
      terminal.home + lines.map((line) => line + terminal.lineEnd).join("") + terminal.rest,
    );
  };
  const say = (line: string) => {
    said.push(line);
    if (said.length > saidMax) said.shift();
    draw();
  };
  const onKey = (_text: string | undefined, key: Key) => {
    const count = cluster.members.length, member = cluster.members[selected];
    if (key.name === "q" || (key.ctrl && key.name === "c")) quit.resolve();
    else if (key.name === "up") selected = (selected + count - 1) % count;
    else if (key.name === "down") selected = (selected + 1) % count;
    else if (key.name === "l") load = toggled(load, cluster);
    else if (member !== undefined && key.name !== undefined) act(member, key.name, say);
    draw();
  };
  process.stdout.write(terminal.open);
  emitKeypressEvents(process.stdin);
  process.stdin.setRawMode(true);
  process.stdin.on("keypress", onKey);
  process.stdin.resume();
  return {
    show: (now) => {
      facts = now;
      draw();
    },
    say,
    quit: quit.promise,
    close: async () => {
      process.stdin.off("keypress", onKey);
      process.stdin.setRawMode(false);
      process.stdin.pause();
      process.stdout.write(terminal.close);
      await load?.stop();
    },
  };
}

function toggled(load: Load | undefined, cluster: Cluster): Load | undefined {
  if (load === undefined) return startLoad(cluster);
  void load.stop();
  return undefined;
}

const deeds: Readonly<Record<string, { readonly what: string; do(member: Member): void | Promise<void> }>> = {
  k: { what: "kill -9", do: (member) => member.kill() },
  d: { what: "drain", do: (member) => member.drain() },
  r: { what: "revive", do: (member) => member.revive() },
  s: { what: "stop/continue", do: (member) => member.state === "paused" ? member.resume() : member.pause() },
};

function act(member: Member, key: string, say: (line: string) => void): void {
  const deed = deeds[key];
  if (deed === undefined) return;
  const sinceMs = performance.now();
  say(`${deed.what} ${member.name}`);
  Promise.resolve(deed.do(member)).then(
    () => say(`${deed.what} ${member.name}: done in ${((performance.now() - sinceMs) / 1_000).toFixed(1)} s`),
    (error) => say(`${deed.what} ${member.name}: ${error instanceof Error ? error.message : String(error)}`),
  );
}
