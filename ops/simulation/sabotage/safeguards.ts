import {
  withoutAck,
  withoutChain,
  withoutConditions,
  withoutDoubt,
  withoutFence,
  withoutFreshness,
  withoutLease,
  withoutLossAtAppend,
  withoutMessageMark,
  withoutTimerRule,
  withoutTimers,
  withoutWaiting,
  withoutWitness,
} from "./log_sabotage.ts";
import { withoutCreditWaiting, withoutInvoiced } from "./money_sabotage.ts";
import { withoutDropping } from "./inbox_sabotage.ts";
import { withoutIdempotency, withoutPositionCheck, withoutRetelling } from "./other_sabotage.ts";
import type { Sabotage } from "./sabotage.ts";
import { withoutCompletion, withoutPassedOnTimers, withoutPassingOn } from "./split_sabotage.ts";

interface Safeguard {
  /** What protects us, as long as it is on. */
  readonly what: string;
  readonly off: Sabotage;
}

/** Each can be switched off; then the simulation must find a seed that fails. */
export const safeguards: { readonly [name: string]: Safeguard } = {
  "fence": { what: "a turn is appended only behind the partition's last record", off: withoutFence },
  "in-doubt": { what: "an append without an ack is settled before anything else", off: withoutDoubt },
  "reply-before-ack": { what: "nobody is answered before the ack", off: withoutAck },
  "lease": { what: "a host whose heartbeat is not heard withholds answers", off: withoutLease },
  "conditional-snapshots": { what: "a stale host's snapshots are refused", off: withoutConditions },
  "checkpoint-waiting": { what: "a checkpoint holds the messages that wait", off: withoutWaiting },
  "checkpoint-timers": { what: "a checkpoint holds the timers", off: withoutTimers },
  "message-mark": { what: "what partitions said is taken once", off: withoutMessageMark },
  "timer-rule": { what: "a timer fires behind what was accepted before", off: withoutTimerRule },
  "stale-snapshot": { what: "snapshots are read no older than what is known", off: withoutFreshness },
  "witness": { what: "an opening compares the log's end with what was seen", off: withoutWitness },
  "loss-at-append": { what: "a log that ends before our head is not appended to", off: withoutLossAtAppend },
  "chain": { what: "each record hangs on the one before it", off: withoutChain },
  "idempotency": { what: "a document sent again is the same document", off: withoutIdempotency },
  "invoice-once": { what: "an order knows what it has invoiced", off: withoutInvoiced },
  "credit-waits": { what: "a credit note waits for its invoice's number", off: withoutCreditWaiting },
  "position-cas": { what: "rows move on only from where they were", off: withoutPositionCheck },
  "passing-on": { what: "a child waits for what its parent has not passed on", off: withoutPassingOn },
  "passed-on-timers": { what: "a child's timers wait for it, too", off: withoutPassedOnTimers },
  "callback-retry": { what: "a callback is told until the log has it", off: withoutRetelling },
  "taken-twice": {
    what: "what is decided already is dropped, however late it arrives",
    off: withoutDropping,
  },
  "split-completion": { what: "an opening completes another host's split", off: withoutCompletion },
};
