/** What the list of cities knows only by another name. */
export const otherNames: Readonly<Record<string, string>> = {
  koln: "Cologne",
  munchen: "Munich",
  wien: "Vienna",
  geneve: "Geneva",
  milano: "Milan",
  roma: "Rome",
  lisboa: "Lisbon",
  praha: "Prague",
  warszawa: "Warsaw",
  bruxelles: "Brussels",
  brussel: "Brussels",
  "den haag": "The Hague",
  antwerp: "Antwerpen",
  sevilla: "Seville",
  torino: "Turin",
  napoli: "Naples",
  firenze: "Florence",
  "frankfurt am main": "Frankfurt",
};
/** The same of countries. */
export const otherCountryNames: Readonly<Record<string, string>> = {
  uk: "GB",
  "great britain": "GB",
  england: "GB",
  scotland: "GB",
  usa: "US",
  "united states": "US",
  deutschland: "DE",
  espana: "ES",
  "czech republic": "CZ",
  "the netherlands": "NL",
};
/** Abbreviations that also name countries: `DE` is Delaware, too. */
export const usStates = new Set(
  ("al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx " +
    "ut vt va wa wv wi wy dc").split(" "),
);
