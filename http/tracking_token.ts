import { randomBytes } from "node:crypto";

const tokenBytes = 20;

/** What the customer's page is asked for by: 160 bits that nobody can guess. */
export const newTrackingToken = (): string => randomBytes(tokenBytes).toString("base64url");
