/** Every limit of the edge, by name and unit; `createApp` takes overrides. */
export const edgeLimits = {
  /** Of one request body, and of one line of `orders:bulk`. */
  bodyBytesMax: 1_048_576,
  /** How long a change waits for its decision unless `Prefer: wait=` says otherwise. */
  patienceMs: 2_000,
  patienceMsMax: 30_000,
  /** A line of `orders:bulk` waits longer: the stream's own backpressure keeps the client patient. */
  bulkPatienceMs: 30_000,
  bulkInFlightMax: 256,
  /** Results that the client has not taken yet; beyond this no further line is read. */
  bulkResultBytesMax: 8_388_608,
  /** How often one line of `orders:bulk` is asked again while the intake is full, out of reach or in doubt. */
  bulkAttemptsMax: 8,
  /** How long a GET waits for the readers to reach the position that it names. */
  positionWaitMsMax: 2_000,
  /** How long a list waits for what this edge wrote last, when no position is named. */
  listWaitMsMax: 500,
  /** How many orders this edge remembers the last position of. */
  ownWritesMax: 20_000,
  listLimit: 50,
  listLimitMax: 200,
  eventStreamsMax: 1_000,
  eventPollMs: 500,
  eventHeartbeatMs: 15_000,
  eventStreamMsMax: 3_600_000,
  /** Of customers' pages that are open and live. */
  trackingStreamsMax: 20_000,
  /** How often all of them are looked after where the log tells of changes: only what went unheard is found so. */
  trackingPollMs: 5_000,
  trackingStreamsPerTokenMax: 100,
  /** Changed parcels that are read at once for the pages that look at them. */
  trackingLoadsMax: 16,
  /** What one parcel's receiver may send to the shop. */
  trackingRequestsPerMinuteMax: 6,
  trackingFormBytesMax: 16_384,
  /** Of a journal that the client has not taken yet. */
  journalBytesMax: 1_048_576,
  /** Of one order's history; beyond it the live stream goes on. */
  eventsMax: 50_000,
  /** Of operators' consoles that are open and live. */
  consoleStreamsMax: 50,
  /** How often the system is read for all of them together. */
  consoleReadEveryMs: 5_000,
  /** After this an operator signs in again. */
  consoleSessionMs: 43_200_000,
  consoleFormBytesMax: 16_384,
  rateKeysMax: 10_000,
} as const;

export type EdgeLimits = { readonly [Name in keyof typeof edgeLimits]: number };
