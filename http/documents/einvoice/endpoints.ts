/** The code list EAS, as far as it holds VAT identifiers, by their prefixes (Peppol, Electronic Address Scheme 2024). */
const vatSchemes: { readonly [prefix: string]: string } = {
  AD: "9922",
  AL: "9923",
  AT: "9914",
  BA: "9924",
  BE: "9925",
  BG: "9926",
  CH: "9927",
  CY: "9928",
  CZ: "9929",
  DE: "9930",
  EE: "9931",
  EL: "9933",
  ES: "9920",
  FI: "0213",
  FR: "9957",
  GB: "9932",
  HR: "9934",
  HU: "9910",
  IE: "9935",
  IT: "0211",
  LI: "9936",
  LT: "9937",
  LU: "9938",
  LV: "9939",
  MC: "9940",
  ME: "9941",
  MK: "9942",
  MT: "9943",
  NL: "9944",
  PL: "9945",
  PT: "9946",
  RO: "9947",
  RS: "9948",
  SI: "9949",
  SK: "9950",
  SM: "9951",
  TR: "9952",
  VA: "9953",
};
/** Of the code list EAS, what names members of the network. */
const networkSchemes: ReadonlySet<string> = new Set(
  ("0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0151 0177 0183 0184 0188 0190 0191 0192 0193 0195 " +
    "0196 0198 0199 0200 0201 0202 0204 0208 0209 0210 0211 0212 0213 0215 0216 0218 0221 0230 0235 9901 9910 9913 " +
    "9914 9915 9918 9919 9920 9922 9923 9924 9925 9926 9927 9928 9929 9930 9931 9932 9933 9934 9935 9936 9937 9938 " +
    "9939 9940 9941 9942 9943 9944 9945 9946 9947 9948 9949 9950 9951 9952 9953 9957 9959").split(" "),
);
/** The norm's list has e-mail addresses; Peppol's own has not. */
const byMail = "EM";

/** BT-34 and BT-49: where a party takes e-invoices. */
export interface Endpoint {
  readonly scheme: string;
  readonly address: string;
}

/** A network's address of the seller: its VAT identifier. */
export function sellerOnPeppol(vatId: string | undefined): Endpoint | undefined {
  const scheme = vatSchemes[vatId?.slice(0, 2) ?? ""];
  return vatId && scheme ? { scheme, address: vatId } : undefined;
}

/** A buyer is on the network when the order names it by its participant identifier there: `0088:7300010000001`. */
export function buyerOnPeppol(customerId: string | undefined): Endpoint | undefined {
  const [, scheme = "", address = ""] =
    /^(\d{4}):([A-Za-z0-9][A-Za-z0-9._~-]{0,49})$/.exec(customerId ?? "") ?? [];
  return networkSchemes.has(scheme) ? { scheme, address } : undefined;
}

export function mailbox(email: string | undefined): Endpoint | undefined {
  return email ? { scheme: byMail, address: email } : undefined;
}
