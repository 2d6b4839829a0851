/** Names in the data that are not the ones that the Unicode tables give to a country. */
const otherNames: Readonly<Record<string, string | undefined>> = {
  "EIRE": "IE",
  "Channel Islands": "JE", // Jersey or Guernsey: the data does not say, ISO has no code for both.
  "Czech Republic": "CZ",
  "Hong Kong": "HK",
  "RSA": "ZA",
  "UK": "GB",
  "USA": "US",
  "Korea": "KR",
  "Macedonia": "MK",
  "Turkey": "TR",
};

/** What stands in the column when nobody knows, or names no country. */
export const noCountry: ReadonlySet<string> = new Set(["", "Unspecified", "European Community"]);

const byName = new Map<string, string>();

/** The ISO 3166-1 alpha-2 code of a country's English name; undefined for one that is not known. */
export function countryCode(name: string): string | undefined {
  if (noCountry.has(name)) return undefined;
  if (byName.size === 0) fillNames();
  return otherNames[name] ?? byName.get(name.toLowerCase());
}

function fillNames(): void {
  const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  for (const code of codes.filter((code) => !noIsoCodes.has(code))) {
    const name = names.of(code)?.toLowerCase();
    // Several codes may share a name (a retired one and its heir): the first that a browser itself prefers stays.
    if (name !== undefined && Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`) {
      byName.set(name, code);
    }
  }
}

/** Regions that Unicode knows and ISO 3166-1 has not assigned. */
const noIsoCodes: ReadonlySet<string> = new Set("AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ".split(" "));
