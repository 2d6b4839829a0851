import { connect, createServer, type Socket } from "node:net";

/** What a proxy does to what passes: `stall-in` keeps what the server says from the client, `stall-out` what the client says. */
export type Fault = "cut" | "stall-in" | "stall-out";

/** A TCP proxy before one server, for one client: a wire that may be cut. */
export interface Proxy {
  readonly port: number;
  break(fault: Fault): void;
  heal(): void;
  stop(): Promise<void>;
}

interface Wire {
  readonly client: Socket;
  readonly server: Socket;
}

export async function startProxy(target: number): Promise<Proxy> {
  const wires = new Set<Wire>();
  let fault: Fault | undefined;
  const drop = (wire: Wire) => {
    wires.delete(wire);
    wire.client.destroy();
    wire.server.destroy();
  };
  const listener = createServer({ noDelay: true }, (client) => {
    if (fault === "cut") return void client.destroy();
    const wire: Wire = { client, server: connect({ port: target, host: "127.0.0.1", noDelay: true }) };
    wires.add(wire);
    for (const end of [wire.client, wire.server]) {
      end.on("error", () => drop(wire)).on("close", () => drop(wire));
    }
    flow(wire, fault);
  });
  await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
  const address = listener.address();
  if (address === null || typeof address === "string") {
    throw new Error("Cannot start a proxy: it has no port");
  }
  return {
    port: address.port,
    break: (wanted) => {
      fault = wanted;
      for (const wire of [...wires]) wanted === "cut" ? drop(wire) : flow(wire, wanted);
    },
    heal: () => {
      fault = undefined;
      for (const wire of wires) flow(wire, undefined);
    },
    stop: () => {
      for (const wire of [...wires]) drop(wire);
      return new Promise((done) => listener.close(() => done()));
    },
  };
}

/** Lets bytes through in both directions but the stalled one, where they wait. */
function flow({ client, server }: Wire, fault: Fault | undefined): void {
  const directions = [[client, server, "stall-out"], [server, client, "stall-in"]] as const;
  for (const [from, to, stalled] of directions) {
    from.unpipe(to);
    if (fault === stalled) from.pause();
    else from.pipe(to);
  }
}
