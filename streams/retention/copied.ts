import type { Broker } from "../broker/broker.ts";
import { streamNames, subjects } from "../record.ts";
import { decodePersonal } from "./personal_message.ts";
import { scanRecord } from "./record_scan.ts";

/**
 * The sequence in COMMANDS up to which the partition's commands are decided and their personal parts copied, as the copier's last
 * message says, whichever process wrote it; 0 when nothing is.
 */
export async function copiedCommands(broker: Broker, partition: number): Promise<number> {
  const last = await broker.last(streamNames.personal, subjects.personal(partition));
  if (last === undefined) return 0;
  const { position } = decodePersonal(last);
  const record = await broker.at(streamNames.events, position.sequence);
  return record === undefined ? 0 : scanRecord(record).passed;
}
