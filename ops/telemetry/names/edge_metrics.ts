import { counted, gauge, seconds, toldBy } from "../metric_kinds.ts";

const kinds = "the kinds of actors";
const carrier = "the carriers that have an adapter";

/** What the role edge tells: it faces the world. */
export const edgeMetrics = toldBy(["edge"], {
  "http.server.request.duration": seconds("Duration of HTTP server requests", {
    "http.request.method": "the standard methods, others as _OTHER",
    "http.route": "the route templates of the app, anything else as unmatched",
    "http.response.status_code": "the HTTP status codes",
  }),
  "http.server.active_requests": gauge("{request}", "HTTP requests that are being answered"),
  "waybill.ask.duration": seconds(
    "Time from a question to its answer; the count by outcome says how asking goes",
    {
      "actor.kind": kinds,
      outcome: "ok, rejected, defect, accepted, in-doubt, overloaded, unavailable, failed",
    },
  ),
  "waybill.ask.pending": gauge("{question}", "Questions that wait for their answer at this edge"),
  "waybill.carrier.callbacks": counted(
    "{callback}",
    "Callbacks that came, by what became of them at the edge",
    {
      carrier,
      result: "stored, unreadable, handshake, refused, not-stored",
    },
  ),
  "waybill.stock_view.age": gauge(
    "s",
    "How long ago the edge was last certain that its view of stock holds all that the log has",
  ),
});
