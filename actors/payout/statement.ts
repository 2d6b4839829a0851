import { exponentOf } from "../money/currency.ts";
import { formatMinor, minorOf as minorAt } from "../money/decimal.ts";

export const statementLineTypes = ["payment", "refund", "fee", "adjustment", "chargeback"] as const;
export type StatementLineType = (typeof statementLineTypes)[number];

/** One line of a payout's statement. (`type`, `reference`) is its name within all statements of its source. */
export interface StatementLine {
  readonly type: StatementLineType;
  /** Signed, in the statement's currency and its own exponent: payments are positive; refunds, fees and chargebacks negative. */
  readonly amount: string;
  readonly reference: string;
  readonly orderNumber?: string;
  /** Whose order number it is; absent: the source's own. */
  readonly channel?: string;
}

/** Which sign an amount of the type has; undefined: either, but not 0. */
export const signOf: { readonly [Type in StatementLineType]: 1 | -1 | undefined } = {
  payment: 1,
  refund: -1,
  fee: -1,
  adjustment: undefined,
  chargeback: -1,
};

/** Minor units of a decimal string that has no more places than the currency. */
export const minorOf = (amount: string, currency: string): bigint => minorAt(amount, exponentOf(currency));

/** Minor units as a decimal string with all the places of the currency. */
export const decimalOf = (minor: bigint, currency: string): string =>
  formatMinor(minor, exponentOf(currency));
