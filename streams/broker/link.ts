import { type ConnectionOptions, createInbox, credsAuthenticator, type NatsConnection } from "nats";
import { Fault } from "../faults.ts";
import { connect } from "./connect.ts";

/** How we show who we are; none: the server asks nobody. */
export interface Credentials {
  readonly token?: string;
  readonly user?: string;
  readonly pass?: string;
  /** What a credentials file holds: a user's JWT and the seed that signs for it. */
  readonly creds?: string;
  /** Where answers come to. A user that may listen only below a prefix of its own cannot hear what others are told. */
  readonly inboxPrefix?: string;
  /** Present: nothing is said in clear, as with a URL of `tls://`. */
  readonly tls?: TlsFiles;
}
/** Contents of PEM files: whose servers we trust, beside what the system does, and who we are to a server that asks. */
export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}
export interface ServerAddress extends Credentials {
  readonly servers: string | string[];
  /** Shown in the server's list of connections. */
  readonly name: string;
  /** How long the first connection may take; afterwards it is tried for ever. */
  readonly connectMsMax?: number;
}

/** The connection, and who wants to know when it is lost or back. */
export interface Link {
  readonly nc: NatsConnection;
  connected(): boolean;
  /** A subject of this connection's own for answers. */
  newInbox(): string;
  watch(watcher: LinkWatcher): { stop(): void };
  close(): Promise<void>;
}
export interface LinkWatcher {
  lost?(): void;
  back?(): void;
  closed?(): void;
}

const serverVersionMin = [2, 12] as const;
/** Turn records, packs of commands and parts of snapshots may be this large. */
const payloadBytesMin = 8 * 1024 * 1024;
const connectMsDefault = 10_000;
const closeMsMax = 2_000;
const pingIntervalMs = 2_000;

/** Between two tries: short, and different for everyone, so that a restarted server is not met by all at once. */
const reconnectDelayMs = () => 50 + Math.floor(Math.random() * 200);

export async function openLink(address: ServerAddress): Promise<Link> {
  const nc = await connectFirst(address);
  try {
    refuseUnsuitable(nc);
  } catch (error) {
    await nc.close();
    throw error;
  }
  return linkOf(nc, address.inboxPrefix);
}

async function connectFirst(address: ServerAddress): Promise<NatsConnection> {
  const { servers, name, connectMsMax = connectMsDefault } = address;
  const giveUpAtMs = Date.now() + connectMsMax;
  const credentials = optionsOf(address), tls = tlsOf(address);
  while (true) {
    try {
      return await connect({
        servers,
        ...credentials,
        ...tls,
        name,
        timeout: Math.max(100, Math.min(2_000, giveUpAtMs - Date.now())),
        maxReconnectAttempts: -1,
        ignoreAuthErrorAbort: true,
        reconnectDelayHandler: reconnectDelayMs,
        pingInterval: pingIntervalMs,
        maxPingOut: 2,
      });
    } catch (error) {
      if (Date.now() >= giveUpAtMs) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Fault("log.unavailable", `Cannot connect to NATS at ${String(servers)}: ${reason}`, error);
      }
      await new Promise((done) => setTimeout(done, reconnectDelayMs()));
    }
  }
}

function optionsOf({ token, user, pass, creds, inboxPrefix }: Credentials): ConnectionOptions {
  return {
    ...(token === undefined ? {} : { token }),
    ...(user === undefined ? {} : { user, pass }),
    ...(creds === undefined ? {} : { authenticator: credsAuthenticator(new TextEncoder().encode(creds)) }),
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
  };
}

/** The client takes `tls://` for a name like any other, and would speak in clear with a server that does not ask for more. */
function tlsOf({ servers, tls }: ServerAddress): Pick<ConnectionOptions, "tls"> {
  const secured = [servers].flat().some((one) => one.trim().startsWith("tls://"));
  return tls || secured ? { tls: { ...tls } } : {};
}

function refuseUnsuitable(nc: NatsConnection): void {
  const version = nc.info?.version ?? "unknown";
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [majorMin, minorMin] = serverVersionMin;
  if (major < majorMin || (major === majorMin && minor < minorMin)) {
    throw new Fault(
      "log.unsuitable",
      `Cannot use nats-server ${version}: at least ${serverVersionMin.join(".")} is needed`,
    );
  }
  if (nc.info?.jetstream !== true) {
    throw new Fault("log.unsuitable", `Cannot use nats-server ${version}: JetStream is off`);
  }
  if (nc.info.max_payload < payloadBytesMin) {
    throw new Fault(
      "log.unsuitable",
      `Cannot use this nats-server: its max_payload is ${nc.info.max_payload}, at least ${payloadBytesMin} is needed`,
    );
  }
}

function linkOf(nc: NatsConnection, inboxPrefix: string | undefined): Link {
  const watchers = new Set<LinkWatcher>();
  let up = true;
  const tell = (what: keyof LinkWatcher) => {
    for (const watcher of [...watchers]) watcher[what]?.();
  };
  const follow = async () => {
    for await (const status of nc.status()) {
      if (status.type === "disconnect") {
        up = false;
        tell("lost");
      } else if (status.type === "reconnect") {
        up = true;
        tell("back");
      }
    }
  };
  const ended = Promise.all([follow(), nc.closed()]).then(() => {
    up = false;
    tell("closed");
  });
  return {
    nc,
    connected: () => up && !nc.isClosed(),
    newInbox: () => createInbox(inboxPrefix),
    watch: (watcher) => {
      watchers.add(watcher);
      return { stop: () => void watchers.delete(watcher) };
    },
    close: async () => {
      if (up && !nc.isClosed()) await within(closeMsMax, nc.flush());
      await nc.close();
      await ended;
    },
  };
}

/** A server that does not answer any more must not keep us from closing. */
async function within(msMax: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((done) => timer = setTimeout(done, msMax));
  await Promise.race([work.catch(() => undefined), late]); // Closing follows either way.
  clearTimeout(timer);
}
