/** A callback as it came, as far as its proof depends on it. */
export interface SignedRequest {
  /** A header by its name in lower case. */
  header(name: string): string | undefined;
  /** `?token=` of the URL that was called. */
  readonly token: string | undefined;
  readonly body: Uint8Array;
  readonly nowMs: number;
}

/** What the operator has configured for one carrier. */
export interface CarrierSecrets {
  /** Two while rotating; either will do. For `shipengine` each is a JWKS. */
  readonly secrets: readonly string[];
  /** The header that the token comes in, where the subscriber chooses it; in lower case. */
  readonly header?: string;
}

/** `why` is for the operator's log, never for the caller. */
export type Verdict = { readonly authentic: true } | { readonly authentic: false; readonly why: string };

/** Decides whether a callback is the carrier's. Compares in constant time, and never throws whatever was sent. */
export type Authenticate = (request: SignedRequest, configured: CarrierSecrets) => Verdict | Promise<Verdict>;
