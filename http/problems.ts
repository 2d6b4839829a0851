/** A kind of problem that clients can tell apart; its name is the last part of `type`, and `/problems/<name>` explains it. */
export interface ProblemKind {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503;
  readonly title: string;
  /** What it means and what to do about it, for the page. */
  readonly about: string;
}

/** Problems of the request or of the service, whatever it was about. */
export const edgeProblems = {
  "malformed-json": {
    status: 400,
    title: "The body is not JSON",
    about:
      "The body could not be read as JSON in UTF-8. Nothing was done. Correct the body and send it again.",
  },
  "malformed-header": {
    status: 400,
    title: "A header cannot be read",
    about:
      "A header that this call depends on has a form that is not allowed; the detail names it. Nothing was done.",
  },
  "idempotency-key-required": {
    status: 400,
    title: "An Idempotency-Key is required",
    about:
      "This call has no natural key in its body, so it needs an Idempotency-Key header (1 to 255 visible ASCII characters, quoted or bare). " +
      "Make a new key for each new intention, and repeat the key when you repeat the request.",
  },
  "unauthorized": {
    status: 401,
    title: "A valid API key is required",
    about: "Send Authorization: Bearer <key> with a key that exists and has not been revoked.",
  },
  "forbidden": {
    status: 403,
    title: "The API key does not allow this",
    about:
      "The key lacks the scope that the detail names, or it is a storefront's key and the request is about another channel.",
  },
  "not-found": {
    status: 404,
    title: "There is no such page",
    about: "No call of this API has that path. /openapi.json lists all of them.",
  },
  "method-not-allowed": {
    status: 405,
    title: "The path does not take this method",
    about: "The Allow header lists the methods that the path takes.",
  },
  "body-too-large": {
    status: 413,
    title: "The body is too large",
    about:
      "A body may have up to 1 MiB; in orders:bulk each line may. Nothing was done. Send less at once, or use orders:bulk.",
  },
  "unsupported-media-type": {
    status: 415,
    title: "The content type is not supported",
    about: "Send application/json in UTF-8; to orders:bulk, application/x-ndjson.",
  },
  "invalid-request": {
    status: 422,
    title: "The request breaks the schema",
    about:
      "errors[] names every wrong field: `pointer` is its JSON pointer in the body (or /query/…, /path/… for other parts of the request). Nothing was done.",
  },
  "rate-limited": {
    status: 429,
    title: "Too many requests",
    about: "The API key has used up its requests for now. Retry-After says when to come back.",
  },
  "defect": {
    status: 500,
    title: "A defect of ours",
    about:
      "The service met a bug. If the request was a change, it has been recorded as not decidable and nothing else happened. Tell the operator the request id.",
  },
  "overloaded": {
    status: 503,
    title: "Overloaded",
    about:
      "The request was not accepted because too much is waiting. Nothing was done. Repeat it after Retry-After.",
  },
  "in-doubt": {
    status: 503,
    title: "It is not certain whether the request was accepted",
    about:
      "The log did not confirm in time. The request may or may not take effect; repeating the same request is safe and tells which.",
  },
  "no-answer": {
    status: 503,
    title: "No host answered in time",
    about:
      "What was asked for is known only to a host that did not answer in time. Repeat the request after Retry-After.",
  },
  "unavailable": {
    status: 503,
    title: "This cannot be answered at the moment",
    about: "A part of the service that this answer needs is down. Repeat the request after Retry-After.",
  },
} as const satisfies Record<string, ProblemKind>;

/** What the actors refuse: their rejections' reasons, each with its status. */
export const rejectionProblems = {
  "insufficient-stock": {
    status: 409,
    title: "Not enough stock",
    about:
      "The order's stock policy is all or nothing and some lines cannot be had; errors[] names each of them with `requested` and `available`. " +
      "Nothing stays reserved. The order number is spent: asking again gives the same answer.",
  },
  "idempotency-mismatch": {
    status: 422,
    title: "The same key with another body",
    about:
      "This natural key or Idempotency-Key was used before with a different body. Nothing was done. Repeat the first body to get the first answer, or use a new key.",
  },
  "unknown-order": {
    status: 404,
    title: "There is no such order",
    about: "No order with this id was ever accepted.",
  },
  "unknown-sku": {
    status: 404,
    title: "There is no such SKU",
    about: "Nothing was ever said about this SKU: it was neither described, nor received, nor ordered.",
  },
  "unknown-location": {
    status: 404,
    title: "There is no such location",
    about: "Nothing was ever said about this location.",
  },
  "unknown-document": {
    status: 404,
    title: "There is no such stock document",
    about: "No receipt or adjustment with this location and reference was ever accepted.",
  },
  "order-closed": {
    status: 409,
    title: "The order is closed to this change",
    about: "The order is cancelled or rejected, and a payment cannot open it again.",
  },
  "payment-captured": {
    status: 409,
    title: "The payment is already captured",
    about: "A captured payment cannot become a failed one. Cancel the order and refund the money instead.",
  },
  "already-shipped": {
    status: 409,
    title: "It is already shipped",
    about:
      "Nothing is left to cancel, or a line asks for more than what is not shipped yet. Nothing was cancelled.",
  },
  "order-busy": {
    status: 409,
    title: "The order is in the middle of another change",
    about: "An earlier change to this order is not settled yet. Repeat the request in a moment.",
  },
  "stock-claimed": {
    status: 409,
    title: "The stock is promised to orders",
    about:
      "The adjustment would take away units that orders claim. Nothing was adjusted. With `force: true` the claims are released by the shortfall rule.",
  },
  "stock-below-zero": {
    status: 409,
    title: "The stock would fall below zero",
    about:
      "The adjustment takes away more than there is, and not even `force` can do that. Nothing was adjusted.",
  },
  "refused": {
    status: 409,
    title: "Refused",
    about: "The request was refused for the reason in the detail, which is newer than this edge.",
  },
} as const satisfies Record<string, ProblemKind>;

export const problems = { ...edgeProblems, ...rejectionProblems };
export type ProblemName = keyof typeof problems;

export const isProblemName = (name: string): name is ProblemName => Object.hasOwn(problems, name);

export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
  readonly [extra: string]: unknown;
}

/** A problem before it is written: a refusal of a route, or of one line of a bulk request. */
export interface Refusal {
  readonly problem: ProblemName;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly retryAfterS?: number;
}

/** RFC 9457's members. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly errors?: readonly FieldError[];
}

export function problemBody({ problem, detail, errors }: Refusal, instance?: string): ProblemBody {
  const { status, title } = problems[problem];
  return {
    type: `/problems/${problem}`,
    title,
    status,
    detail,
    ...(instance === undefined ? {} : { instance }),
    ...(errors === undefined || errors.length === 0 ? {} : { errors }),
  };
}
