import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** The one place that knows which server it runs on: `Deno.serve` under Deno, @hono/node-server on Node. */
export interface ServeOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly hostname: string;
}
export interface Serving {
  readonly port: number;
  readonly hostname: string;
  /** Takes no new requests and lets running ones end; returns when they have, or after `graceMs`. The end of the process cuts off the rest. */
  stop(graceMs: number): Promise<void>;
}

/** Why a server cannot listen; `code` is the system's own (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`). */
export class ListenError extends Error {
  override readonly name = "ListenError";
  readonly code: string;
  constructor(code: string, { port, hostname }: ServeOptions, cause: unknown) {
    super(`Cannot listen on ${hostname}:${port}: ${reasons[code] ?? code}`, { cause });
    this.code = code;
  }
}
const reasons: Record<string, string> = {
  EADDRINUSE: "the port is in use",
  EACCES: "this user may not use the port",
  EADDRNOTAVAIL: "this machine has no such address",
};

type Fetch = (request: Request, server: object) => Response | Promise<Response>;

export function serve(app: { readonly fetch: Fetch }, options: ServeOptions): Promise<Serving> {
  return "Deno" in globalThis
    ? Promise.resolve(serveOnDeno(app.fetch, options))
    : serveOnNode(app.fetch, options);
}

function serveOnDeno(fetch: Fetch, options: ServeOptions): Serving {
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve(
      { ...options, onListen: () => {} },
      (request, info) => fetch(request, info),
    );
  } catch (error) {
    throw new ListenError(denoCode(error), options, error);
  }
  return {
    port: server.addr.port,
    hostname: options.hostname,
    stop: (graceMs) => within(graceMs, server.shutdown()),
  };
}

function denoCode(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) return "EADDRINUSE";
  if (error instanceof Deno.errors.AddrNotAvailable) return "EADDRNOTAVAIL";
  if (error instanceof Deno.errors.PermissionDenied) return "EACCES";
  throw error;
}

async function serveOnNode(fetch: Fetch, options: ServeOptions): Promise<Serving> {
  const { createAdaptorServer } = await import("@hono/node-server");
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false }) as Server;
  await new Promise<void>((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) =>
      reject(new ListenError(error.code ?? "unknown", options, error));
    server.once("error", refused);
    server.listen(options.port, options.hostname, () => {
      server.off("error", refused);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    hostname: options.hostname,
    async stop(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A kept-alive connection would go on sending requests: each is closed as soon as it has none running.
      const sweeping = setInterval(() => server.closeIdleConnections(), idleSweepMs);
      await within(graceMs, closed);
      clearInterval(sweeping);
      server.closeAllConnections();
    },
  };
}

const idleSweepMs = 20;

async function within(graceMs: number, ended: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => timer = setTimeout(resolve, graceMs));
  await Promise.race([ended, late]);
  clearTimeout(timer);
}

/** The address that a request came from, of what either server gives the app. */
export function remoteAddressOf(server: unknown): string | undefined {
  if (typeof server !== "object" || server === null) return undefined;
  if ("remoteAddr" in server) return memberOf(server.remoteAddr, "hostname");
  if ("incoming" in server && typeof server.incoming === "object" && server.incoming !== null) {
    return "socket" in server.incoming ? memberOf(server.incoming.socket, "remoteAddress") : undefined;
  }
  return undefined;
}

export function isLoopback(server: unknown): boolean {
  const address = remoteAddressOf(server)?.replace(/^::ffff:/, "");
  return address !== undefined && (address === "::1" || /^127\.\d+\.\d+\.\d+$/.test(address));
}

function memberOf(value: unknown, member: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const held: unknown = Reflect.get(value, member);
  return typeof held === "string" ? held : undefined;
}
