/**
 * Which stock codes are no goods. Anything else is stocked, also a code of an unusual form (`DCGSSGIRL` is a party bag): goods taken
 * for a service would never be counted, while a service taken for goods is only received first and then sold.
 */
const services: Readonly<Record<string, string>> = {
  "POST": "Postage",
  "DOT": "Postage of the web shop",
  "C2": "Carriage",
  "C3": "Carriage",
  "D": "Discount",
  "M": "Manual entry",
  "m": "Manual entry",
  "S": "Samples",
  "B": "Bad debt",
  "BANK CHARGES": "Bank charges",
  "AMAZONFEE": "Marketplace fee",
  "CRUK": "Commission to a charity",
  "ADJUST": "Manual adjustment",
  "ADJUST2": "Manual adjustment",
  "GIFT": "Gift voucher",
};
const voucher = /^gift_\d{4}_\d+$/i;

/** What a service code stands for; undefined for goods. The same for every file, so that files do not redescribe each other's. */
export function serviceOf(code: string): string | undefined {
  if (voucher.test(code)) return "Gift voucher";
  return Object.hasOwn(services, code) ? services[code] : undefined;
}
