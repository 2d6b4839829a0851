import type { Broker } from "../../streams/broker/broker.ts";
import { decodePack } from "../../streams/host/decode_pack.ts";
import { streamNames } from "../../streams/record.ts";
import { decodePersonal } from "../../streams/retention/personal_message.ts";
import { readUpto } from "../reading/read_upto.ts";
import { type Texts, textsOf } from "./find_person.ts";

/** What is left of these actors' people in COMMANDS and PERSONAL: an erasure that was interrupted looks for it again. */
export async function textsLeft(broker: Broker, actors: ReadonlySet<string>): Promise<Texts> {
  const found = { texts: new Set<string>(), unique: new Set<string>() };
  for await (const { payload } of all(broker, streamNames.commands)) {
    for (const { to, personal } of decodePack(payload)?.commands ?? []) {
      if (personal !== undefined && actors.has(to)) textsOf(personal, found);
    }
  }
  for await (const stored of all(broker, streamNames.personal)) {
    for (const { actor, personal } of decodePersonal(stored).items) {
      if (actors.has(actor)) textsOf(personal, found);
    }
  }
  return { texts: [...found.texts], unique: [...found.unique] };
}

async function* all(broker: Broker, name: "COMMANDS" | "PERSONAL") {
  const { firstSequence, lastSequence } = await broker.info(name);
  for await (const batch of readUpto(broker, name, { from: firstSequence, until: lastSequence })) {
    yield* batch;
  }
}
