import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { NodeTransport } from "nats/lib/node_transport.js";

export { connect } from "nats";

/**
 * The client lets go of a socket by removing all listeners before it destroys it. On Deno an error may lie between the two: a server
 * that refuses us (`-ERR`) and resets the connection is read in one go, the refusal is handled first, and then the reset is an
 * `error` event that nobody hears, which ends the process. So somebody always hears it; whoever wants to know is told beside.
 */
function heard<S extends Socket>(socket: S): S {
  const removeAllListeners = socket.removeAllListeners;
  const hear = () => void socket.on("error", unwanted);
  socket.removeAllListeners = (...names) => {
    removeAllListeners.apply(socket, names);
    hear();
    return socket;
  };
  hear();
  return socket;
}

/** The connection is over, and its `close` is what the client goes by. */
const unwanted = () => {};

/**
 * The same where a TLS handshake ends: the client lets go of the socket before it hands it out, and what the server says against us
 * may have been read with the end of the handshake. Whoever takes all listeners from a socket goes by its `close`.
 */
const { removeAllListeners } = TLSSocket.prototype;
TLSSocket.prototype.removeAllListeners = function (...names) {
  removeAllListeners.apply(this, names);
  return names.length === 0 ? this.on("error", unwanted) : this;
};

const { dial, startTLS, tlsFirst } = NodeTransport.prototype;
NodeTransport.prototype.dial = async function (address) {
  return heard(await dial.call(this, address));
};
NodeTransport.prototype.startTLS = async function () {
  return heard(await startTLS.call(this));
};
NodeTransport.prototype.tlsFirst = async function (address) {
  return heard(await tlsFirst.call(this, address));
};
