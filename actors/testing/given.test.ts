import { describe, expect, test } from "vitest";
import { accept, type Actor, type Event, reject, type Rejection } from "../actor.ts";
import { given } from "./given.ts";

type Opened = Event<"door.opened", 1, { readonly by: string }>;
interface Open {
  readonly type: "open";
  readonly by: string;
}

const door: Actor<{ readonly open: number }, Open, Opened, Rejection<"door-open">> = {
  kind: "door",
  stateVersion: 1,
  initial: () => ({ open: 0 }),
  evolve: (state) => ({ open: state.open + 1 }),
  decide: (state, command) =>
    state.open > 0
      ? reject({ reason: "door-open", detail: "Cannot open the door: it is open" })
      : accept<Opened>([opened(command.by)], { reply: "view" }),
  answer: (state) => ({ ok: true, value: state.open }),
  encode: (state) => state.open,
  decode: (json) => ({ open: Number(json) }),
  sizeOf: () => 1,
  check: (state) => {
    if (state.open > 1) throw new Error("Cannot be open twice");
  },
};
const opened = (by: string): Opened => ({ type: "door.opened", version: 1, data: { by } });

describe("given", () => {
  test("shows what a command led to", () => {
    given(door).when({ type: "open", by: "A" })
      .thenEvents(opened("A")).thenEventTypes("door.opened").thenSends().thenReplies("view")
      .thenAnswers({ value: 1 })
      .and().when({ type: "open", by: "B" }).thenRejected({ reason: "door-open" });
  });

  test("fails on anything else", () => {
    const first = given(door).when({ type: "open", by: "A" });
    expect(() => first.thenEvents(opened("B"))).toThrow();
    expect(() => first.thenNothing()).toThrow();
    expect(() => first.thenRejected({ reason: "door-open" })).toThrow();
    expect(() => first.thenSends({ to: "x:y", message: { type: "z" } })).toThrow();
    expect(() => first.thenReplies({ later: "x" })).toThrow();
    expect(() => first.thenAnswers({ value: 2 })).toThrow();
    expect(() => given(door).after({ type: "open", by: "A" }, { type: "open", by: "B" })).toThrow();
    expect(() => given(door, opened("A"), opened("B"))).toThrow("Cannot be open twice");
  });
});
