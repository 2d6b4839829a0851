import type { PublishFault } from "../../../streams/broker/memory_options.ts";
import type { Chance } from "../kernel/chance.ts";

/** How likely each thing is to go wrong with one message, at the moment. */
export interface Odds {
  readonly loseAck: number;
  readonly loseMessage: number;
  readonly delay: number;
  readonly contended: number;
  readonly outdated: number;
  readonly dropCore: number;
}
export const fair: Odds = { loseAck: 0, loseMessage: 0, delay: 0, contended: 0, outdated: 0, dropCore: 0 };

/** What the server and the network do to single messages. */
export class Weather {
  odds: Odds = fair;
  /** How many messages replicas are behind. */
  lag = 0;
  readonly #chance: Chance;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  publishFault(): PublishFault | undefined {
    const { loseAck, loseMessage, delay, contended, outdated } = this.odds;
    let dice = this.#chance.share();
    const falls = (probability: number) => (dice -= probability) < 0;
    if (falls(loseAck)) return "lose-ack";
    if (falls(loseMessage)) return "lose-message";
    if (falls(delay)) return "delay";
    if (falls(contended)) return "contended";
    return falls(outdated) ? "outdated" : undefined;
  }
  dropsCore(): boolean {
    return this.#chance.happens(this.odds.dropCore);
  }
}
