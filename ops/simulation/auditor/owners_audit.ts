import type { MemoryServer } from "../../../streams/broker/memory.ts";
import { streamNames } from "../../../streams/record.ts";
import { promised } from "./violation.ts";

/** Who holds each partition, as the registry says; asked when a host answers. */
export class OwnersAudit {
  readonly #server: MemoryServer;

  constructor(server: MemoryServer) {
    this.#server = server;
  }

  /** A host sends answers for a partition at this moment: nobody else may have claimed it. */
  answers(host: string, partition: number): void {
    const stored = this.#server.stream(streamNames.registry).last(`registry.cluster.lease.${partition}`);
    const owner = stored && (JSON.parse(new TextDecoder().decode(stored.payload)) as { host: string }).host;
    promised(
      "owner",
      owner === host,
      () => `${host} answers for partition ${partition}, which ${owner} has claimed`,
    );
  }
}
