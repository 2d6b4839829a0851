import type { Answer } from "../../../actors/actor.ts";
import { actorFor } from "../../../actors/registry.ts";
import {
  cancelTopic,
  creditTopic,
  paymentTopic,
  placeTopic,
  refundTopic,
  settledTopic,
  shipTopic,
} from "../../../actors/order/answers.ts";
import { scansTopic } from "../../../actors/parcel/tracking.ts";
import type { PackedCommand, Reply, ReplyPack } from "../../../streams/record.ts";
import type { ActorsAudit } from "./actors_audit.ts";
import type { Accepted } from "./accepted.ts";
import type { LogAudit } from "./log_audit.ts";
import { promised } from "./violation.ts";

/** What hosts tell edges: durable, as the log has it, and the same whenever it is asked again. */
export class AnswersAudit {
  readonly #accepted: Accepted;
  readonly #actors: ActorsAudit;
  readonly #first = new Map<string, { readonly answer: string; readonly where: string }>();
  #count = 0;

  constructor(accepted: Accepted, actors: ActorsAudit) {
    this.#accepted = accepted;
    this.#actors = actors;
  }
  get count(): number {
    return this.#count;
  }

  /** The log has been looked at before. */
  replied(log: LogAudit | undefined, { sequence, replies }: Pick<ReplyPack, "sequence" | "replies">): void {
    for (const reply of replies) this.#check(log, sequence, reply);
  }

  #check(log: LogAudit | undefined, sequence: number, reply: Reply): void {
    this.#count += 1;
    const where = `the answer to ${reply.id} at ${sequence}`;
    const outcome = log?.decidedAt(sequence)?.results.get(reply.id);
    promised("durable", outcome !== undefined, () => `${where}: no record there decides it`);
    promised("defects", "ok" in reply, () => `${where} is a defect`);
    const command = this.#accepted.command(reply.id);
    promised("accepted", command !== undefined, () => `${where}: nobody asked`);
    const told = reply as Answer, right = told.ok ? "ok" : told.rejection.reason;
    promised("linear", outcome === right, () => `${where} is ${right}, the log says ${outcome}`);
    if (told.ok && !told.replayed) this.#checkState(where, command, told, sequence);
    this.#checkFirst(where, command, told);
  }

  /** It is what the actor says in one of the states that it had in this record. */
  #checkState(where: string, command: PackedCommand, told: Answer & { readonly ok: true }, sequence: number) {
    const actor = actorFor(command.to),
      value = JSON.stringify(told.value),
      topic = this.#topicOf(command.command);
    const says = (state: unknown, about?: string) => {
      const answer = actor.answer(state, about);
      return answer.ok && JSON.stringify(answer.value) === value;
    };
    const states = this.#actors.statesAt(command.to, sequence);
    const right = states.some((state) => says(state) || (topic !== undefined && says(state, topic)));
    promised(
      "linear",
      right,
      () => `${where} (${command.command.type} ${command.to}) is ${value}, which the log never said`,
    );
  }

  #checkFirst(where: string, command: PackedCommand, told: Answer): void {
    const { type, fingerprint } = command.command as { type: string; fingerprint?: string };
    if (fingerprint === undefined) return;
    const refusal = told.ok ? "" : told.rejection.reason;
    if (!told.ok && !remembered.has(refusal)) return; // Not remembered, or not of this key.
    const key = `${command.to} ${type} ${this.#topicOf(command.command)} ${fingerprint}`;
    const answer = told.ok ? JSON.stringify(told.value) : refusal, first = this.#first.get(key);
    if (first === undefined) this.#first.set(key, { answer, where });
    promised(
      "once",
      first === undefined || first.answer === answer,
      () => `${where} (${key}) is ${answer}, but ${first?.where} was ${first?.answer}`,
    );
  }

  #topicOf(command: { readonly type: string }): string | undefined {
    const { type, reference, request, refund } = command as Keys;
    switch (type) {
      case "place":
        return placeTopic;
      case "payment":
        return paymentTopic(reference!);
      case "cancel":
        return cancelTopic(request!);
      case "ship":
        return shipTopic(reference!);
      case "credit":
        return creditTopic(reference!);
      case "refund":
        return refundTopic(reference!);
      case "refund.settle":
        return settledTopic(refund!);
      case "scans":
        return scansTopic;
      default:
        return undefined;
    }
  }
}

interface Keys {
  readonly type: string;
  readonly reference?: string;
  readonly request?: string;
  readonly refund?: string;
}

/** What an order refuses, and refuses again for ever. */
const remembered: ReadonlySet<string> = new Set([
  "insufficient-stock",
  "not-allocated",
  "nothing-invoiced",
  "credit-exceeds-invoice",
  "refund-exceeds-captured",
]);
