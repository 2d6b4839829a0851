/** Aggregators, as far as they use names of their own for carriers. */
export type Aggregator = "easypost" | "shippo" | "aftership" | "shipengine" | "17track";

/**
 * Our name of a carrier, and what aggregators call it: letters and digits only, in lower case. Products that another company or
 * another system tracks (UPS Mail Innovations, DHL eCommerce, GLS US) are not in it and keep their own names.
 */
const names: { readonly [ours: string]: readonly string[] } = {
  ups: ["ups", "upsdap", "upswalleted", "upssurepost", "upsground", "unitedparcelservice"],
  fedex: [
    "fedex",
    "fedexdefault",
    "fedexwalleted",
    "fedexexpress",
    "fedexground",
    "fedexsmartpost",
    "fedexuk",
    "federalexpress",
  ],
  usps: ["usps", "stampscom", "endicia", "uspsreturns", "unitedstatespostalservice", "uspostalservice"],
  dhl_express: [
    "dhlexpress",
    "dhlexpressworldwide",
    "dhlexpressuk",
    "dhlexpressaustralia",
    "dhlexpresscanada",
    "mydhl",
  ],
  dhl: ["dhl", "dhlunified", "dhlgermany", "dhlpaket", "dhlparcel", "deutschepostdhl"],
  royalmail: ["royalmail", "royalmailv3", "royalmailwalleted"],
  dpd: ["dpd", "dpduk", "dpdde", "dpdgermany", "dpdie", "dpdireland", "dpdnl", "dpdfr", "dpdlocal"],
  gls: [
    "gls",
    "glsde",
    "glsgermany",
    "glsnl",
    "glsnetherlands",
    "glsfr",
    "glsit",
    "glsitaly",
    "glses",
    "glsspain",
  ],
};

/** Where one aggregator means by a name what others do not, or has numbers. */
const exceptions: { readonly [aggregator in Aggregator]?: { readonly [theirs: string]: string } } = {
  aftership: { dhl: "dhl_express" },
  "17track": {
    "7041": "dhl",
    "21051": "usps",
    "100002": "ups",
    "100003": "fedex",
    "100005": "gls",
    "100010": "dpd",
  },
};

const oursByTheirs = new Map(
  Object.entries(names).flatMap(([ours, theirs]) => theirs.map((name) => [name, ours] as const)),
);

/** Our name of the carrier that an aggregator names; theirs in lower case with `_` where we have none; `unknown` where it names none. */
export function realCarrier(said: string | undefined, aggregator: Aggregator): string {
  const lower = (said ?? "").toLowerCase();
  const key = lower.replace(/[^a-z0-9]+/g, "");
  const own = exceptions[aggregator];
  if (own && Object.hasOwn(own, key)) return own[key]!;
  const theirs = lower.replace(/[^\p{L}\p{N}]+/gu, "_").replace(/^_|_$/g, "");
  return oursByTheirs.get(key) ?? (theirs || "unknown");
}
