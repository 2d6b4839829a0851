import { lookup as resolve } from "node:dns";
import { request as httpRequest } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isPublicAddress } from "./public_address.ts";

/** What somebody outside answered. */
export interface OutgoingAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The beginning of it. */
  readonly body: string;
}
export interface OutgoingRequest {
  readonly method?: "POST" | "GET" | "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}
export interface OutgoingLimits {
  /** From the first packet to the last. */
  readonly requestMsMax: number;
  /** No more of an answer is read. */
  readonly answerBytesMax: number;
}
export const outgoingLimits: OutgoingLimits = { requestMsMax: 15_000, answerBytesMax: 16 * 1024 };

/** An address that we do not speak to, whatever is asked; trying again does not help, unless its name comes to mean another. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
}

export interface OutgoingOptions {
  /** For development, and for what the operator has configured: `http:` and addresses of our own network. */
  readonly allowPrivate: boolean;
  readonly limits?: Partial<OutgoingLimits>;
}

/** Why this URL is not spoken to, by what it says itself; what its name stands for is looked at when the connection is made. */
export function refusalOf(
  text: string,
  { allowPrivate }: Pick<OutgoingOptions, "allowPrivate">,
): string | undefined {
  if (!URL.canParse(text)) return "it is not a URL";
  const { protocol, hostname, username, password } = new URL(text);
  if (protocol !== "https:" && !(allowPrivate && protocol === "http:")) {
    return "it does not begin with https://";
  }
  if (username !== "" || password !== "") return "it holds a user or a password";
  const address = hostname.replace(/^\[|\]$/g, "");
  if (allowPrivate || isIP(address) === 0 || isPublicAddress(address)) return undefined;
  return "its address is not public";
}

/**
 * Asks somebody outside, whom a stranger may have named: redirects are not followed, and the connection goes to the very address that
 * was found public, so that a name cannot come to mean another in between. Rejects with `AddressRefused`, or with what went wrong on
 * the way.
 */
export function sendOutgoing(
  url: string,
  request: OutgoingRequest,
  options: OutgoingOptions,
): Promise<OutgoingAnswer> {
  const refusal = refusalOf(url, options);
  if (refusal !== undefined) {
    return Promise.reject(new AddressRefused(`Cannot ask ${hostOf(url)}: ${refusal}`));
  }
  const { requestMsMax, answerBytesMax } = { ...outgoingLimits, ...options.limits };
  const { method = "POST", headers = {} } = request;
  const body = typeof request.body === "string"
    ? new TextEncoder().encode(request.body)
    : request.body ?? new Uint8Array();
  const signal = AbortSignal.timeout(requestMsMax);
  const settings: RequestOptions = {
    ...{ method, agent: false, signal },
    headers: { ...headers, "content-length": String(body.byteLength) },
    ...(!options.allowPrivate && { lookup: publicOnly }),
  };
  const ask = new URL(url).protocol === "http:" ? httpRequest : httpsRequest;
  return new Promise((answered, failed) => {
    const sent = ask(url, settings, (answer) => {
      let text = "";
      const done = () => answered({ status: answer.statusCode ?? 0, headers: answer.headers, body: text });
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text = (text + chunk).slice(0, answerBytesMax);
        if (text.length < answerBytesMax) return;
        done();
        sent.destroy();
      });
      answer.on("end", done);
      answer.on("error", failed);
    });
    // Of a connection that is to be another protocol from now on there is neither an answer nor an error.
    sent.on("upgrade", (answer, socket) => {
      failed(new Error(`it wants to speak another protocol: it answered ${answer.statusCode}`));
      socket.destroy();
    });
    signal.addEventListener("abort", () => {
      failed(signal.reason);
      sent.destroy();
    }, { once: true });
    sent.on("error", failed);
    sent.end(body);
  });
}

const hostOf = (url: string) => URL.canParse(url) ? new URL(url).host : "this address";

/** All addresses that the name has must be public: which of them is taken is not ours to say. */
const publicOnly: LookupFunction = (hostname, options, found) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return found(error, []);
    const other = addresses.find(({ address }) => !isPublicAddress(address));
    if (addresses.length === 0 || other !== undefined) {
      return found(new AddressRefused(`Cannot ask ${hostname}: its address is not public`), []);
    }
    if (options.all) return found(null, addresses);
    found(null, addresses[0]!.address, addresses[0]!.family);
  });
};
