import { memoryOrders } from "../../../projections/model/memory_orders.ts";
import type {
  MemoryConnection,
  MemoryDb,
  MemoryRows,
  MemoryTx,
} from "../../../projections/model/memory_rows.ts";
import { memoryParcels } from "../../../projections/model/memory_parcels.ts";
import { memoryStock } from "../../../projections/model/memory_stock.ts";
import { Projector } from "../../../projections/projector.ts";
import { type ProjectorObserver, unwatchedProjector } from "../../../projections/projector_observer.ts";
import type { RowStore } from "../../../projections/row_store.ts";
import type { Broker } from "../../../streams/broker/broker.ts";
import { Shares } from "../../../streams/cluster/shares.ts";
import { decodeRecord } from "../../../streams/record_text.ts";
import type { Process } from "../kernel/process.ts";
import { Fleet, type FleetOptions } from "./fleet.ts";
import type { Machine } from "./machines.ts";

export type Rows = RowStore<MemoryDb, MemoryTx>;
interface ProjectorsOptions extends FleetOptions {
  readonly rows: MemoryRows;
  /** What a projector gets instead of the log, or of the database: a sabotage may stand between. */
  readonly view: (broker: Broker) => Broker;
  readonly rowsView: (rows: Rows) => Rows;
  readonly defect: (projector: string, error: unknown) => void;
}

/** Processes that make rows of the log; one that dies is followed by another. */
export class Projectors extends Fleet<Machine, ProjectorsOptions> {
  /** How likely one round trip to the database is to be lost, at the moment. */
  lossOdds = 0;

  constructor(options: ProjectorsOptions) {
    super(options, "a projector is started");
    this.startAll();
  }

  protected override start(): void {
    const { machines, chance, view, rowsView, defect } = this.options;
    const machine = machines.start("projector", { aheadMs: 0, rate: 1 });
    this.joined(machine);
    const { process, client } = machine, name = process.name.replace(".", "-");
    const broker = view(client), runtime = process.runtime("simulated");
    const rows = rowsView(this.#connect(process));
    const limits = {
      messagesMax: chance.oneOf([1, 3, 256]),
      bytesMax: 100_000,
      eventsMax: chance.oneOf([1, 10, 1_000]),
    };
    const projections = [memoryOrders, memoryStock, memoryParcels];
    const shares = new Shares({
      broker,
      runtime,
      role: "projector",
      name,
      start: ({ partition, origin }) => {
        const observer = this.#observing(process.name);
        const from = origin ? { partition, origin } : { partition };
        const projector = new Projector({
          ...{ broker, runtime, rows, projections, decode: decodeRecord, limits, observer, ...from },
        });
        return { done: projector.run(), stop: () => projector.stop() };
      },
    });
    shares.run().catch((error) => defect(process.name, error));
  }

  #observing(name: string): ProjectorObserver {
    const { kernel, defect } = this.options;
    return {
      ...unwatchedProjector,
      batch: ({ partition, lastSequence, outcome }) =>
        kernel.note(name, `rows of ${partition} to ${lastSequence} ${outcome}`),
      interrupted: ({ partition, reason }) => kernel.note(name, `interrupted in ${partition}: ${reason}`),
      // Every record of this world can be applied.
      unprojected: ({ projection, partition, sequence, problem }) =>
        defect(name, new Error(`Cannot apply ${sequence} of ${partition} to ${projection}: ${problem}`)),
      stopped: ({ partition, reason }) => kernel.note(name, `stopped in ${partition}: ${reason}`),
    };
  }

  #connect(process: Process): MemoryConnection {
    const { rows, chance } = this.options;
    return rows.connect({
      later: (run) => void process.after(chance.wait(0.5), "asks the database", run),
      fault: () =>
        chance.happens(this.lossOdds) ? chance.oneOf(["lose-statement", "lose-answer"]) : undefined,
    });
  }
}
