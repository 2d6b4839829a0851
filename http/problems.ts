import type { ProblemKind } from "./problem_kind.ts";
import { rejectionProblems } from "./rejections.ts";

/** Problems of the request or of the service, whatever it was about. */
export const edgeProblems = {
  "malformed-json": {
    status: 400,
    title: "The body is not JSON",
    about:
      "The body could not be read as JSON in UTF-8. Nothing was done. Correct the body and send it again.",
  },
  "malformed-csv": {
    status: 400,
    title: "The body is not CSV",
    about:
      "The body could not be read as CSV (RFC 4180) in UTF-8 whose first row names its columns. Nothing was done. Correct the body and send it again.",
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
  "not-authentic": {
    status: 401,
    title: "The callback is not proven to be the carrier's",
    about:
      "Each carrier proves its callbacks in its own way: a signature over the body, or a token that its subscription was given. " +
      "The proof was missing or wrong, it was too old, or no secret is configured for this carrier. Nothing was kept.",
  },
  "unreadable-callback": {
    status: 400,
    title: "Nothing can be made of the callback",
    about:
      "The callback was proven to be the carrier's, but it is not what this carrier is known to send. It was kept and reported to the operator; sending it again changes nothing.",
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
  "unknown-parcel": {
    status: 404,
    title: "There is no such parcel",
    about: "No tracking link with this token was ever made, or it is no longer valid.",
  },
  "unknown-webhook-endpoint": {
    status: 404,
    title: "There is no such webhook endpoint",
    about:
      "No endpoint with this id was ever made, it was deleted, or it belongs to another channel than the API key's.",
  },
  "unknown-webhook-delivery": {
    status: 404,
    title: "There is no such delivery",
    about:
      "This endpoint was never told that, or it is longer ago than the 30 days for which deliveries are kept.",
  },
  "too-many-webhook-endpoints": {
    status: 409,
    title: "There are too many webhook endpoints",
    about: "Delete one that nobody needs. Nothing was done.",
  },
  "too-many-webhook-secrets": {
    status: 409,
    title: "Too many secrets are good at once",
    about:
      "Each former secret stays good for a day after it was rotated. Nothing was done: come again when one has ended.",
  },
  "method-not-allowed": {
    status: 405,
    title: "The path does not take this method",
    about: "The Allow header lists the methods that the path takes.",
  },
  "unknown-invoice": {
    status: 404,
    title: "There is no such invoice",
    about:
      "No invoice or credit note has this number, it belongs to another channel than the API key's, or nothing is rendered under this suffix.",
  },
  "not-acceptable": {
    status: 406,
    title: "It cannot be had in that form",
    about:
      "Nothing that the Accept header asks for can be made of it; the detail says what there is, or what is missing.",
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
    about:
      "Send application/json in UTF-8; to orders:bulk, application/x-ndjson; to payouts, text/csv if you like.",
  },
  "invalid-request": {
    status: 422,
    title: "The request breaks the schema",
    about:
      "`errors[]` names every wrong field: `pointer` is its JSON pointer in the body (or /query/…, /path/… for other parts of the request). Nothing was done.",
  },
  "duplicate-statement-line": {
    status: 422,
    title: "A line stands in the statement twice",
    about:
      "No two lines of a statement have the same type and reference; `errors[]` names each line that has those of an earlier one. Nothing was done.",
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
    title: "Too much is waiting",
    about:
      "The request was not accepted because the intake is full, or too many requests wait here. Nothing was done. Repeat it after Retry-After.",
  },
  "read-only": {
    status: 503,
    title: "Nothing can be changed now",
    about:
      "The operator has made the system read-only for a while: reads and tracking pages go on, what carriers send is kept. " +
      "Nothing was done. Repeat the request after Retry-After.",
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
    title: "A part of the service is down",
    about:
      "A part of the service that this request needs is out of reach. A change was not accepted, and nothing was done. " +
      "Repeat the request after Retry-After.",
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
  /** The order whose number is spent all the same. */
  readonly orderId?: string;
}

/** RFC 9457's members. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly orderId?: string;
  readonly errors?: readonly FieldError[];
}

export function problemBody({ problem, detail, errors, orderId }: Refusal, instance?: string): ProblemBody {
  const { status, title } = problems[problem];
  return {
    type: `/problems/${problem}`,
    title,
    status,
    detail,
    ...(instance === undefined ? {} : { instance }),
    ...(orderId === undefined ? {} : { orderId }),
    ...(errors === undefined || errors.length === 0 ? {} : { errors }),
  };
}
