import { assert } from "../actor.ts";

/**
 * ISO 4217: how many decimal places each currency's minor unit has. The active codes, and those withdrawn since 2025 (ANG, BGN), which
 * older orders still name. Source: ISO 4217 list one, maintained by SIX.
 */
const codesByExponent: readonly (readonly [exponent: number, codes: string])[] = [
  [0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"],
  [3, "BHD IQD JOD KWD LYD OMR TND"],
  [4, "CLF UYW"],
  [
    2,
    `
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
    CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
    GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR
    RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD
    TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
    `,
  ],
];

const exponents: ReadonlyMap<string, number> = new Map(
  codesByExponent.flatMap(([exponent, codes]) =>
    codes.trim().split(/\s+/).map((code) => [code, exponent] as const)
  ),
);

/** True for a currency in which an order can be priced. */
export function isCurrency(code: string): boolean {
  return exponents.has(code);
}

/** Decimal places of the currency's minor unit, 0–4. */
export function exponentOf(currency: string): number {
  const exponent = exponents.get(currency);
  assert(exponent !== undefined, `Cannot price in "${currency}": not an ISO 4217 currency`);
  return exponent;
}
