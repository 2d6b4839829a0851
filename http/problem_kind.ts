/** A kind of problem that clients can tell apart; its name is the last part of `type`, and `/problems/<name>` explains it. */
export interface ProblemKind {
  readonly status: 400 | 401 | 403 | 404 | 405 | 406 | 409 | 413 | 415 | 422 | 429 | 500 | 503;
  readonly title: string;
  /** What it means and what to do about it, for the page. */
  readonly about: string;
}
