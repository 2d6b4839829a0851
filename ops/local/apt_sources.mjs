// @ts-check

/** @typedef {{ uri: string, suites: string[], components: string[], options: Record<string, string> }} AptSource */

/** Security and update suites repeat their release; asking them would only cost a download. */
const sideSuite = /-(security|updates|proposed(-updates)?|debug)$|\/updates$/;
const suitesMax = 12;

/**
 * The binary package sources of a one-line style file (`*.list`).
 * @param {string} text
 * @returns {AptSource[]}
 */
export function parseListFile(text) {
  return text.split("\n").flatMap((line) => {
    const found = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (found === null) return [];
    const [, optionText = "", uri = "", suite = "", components = ""] = found;
    const pairs = words(optionText).map((option) => {
      const at = option.indexOf("=");
      return [option.slice(0, at).toLowerCase(), option.slice(at + 1)];
    });
    return [{ uri, suites: [suite], components: words(components), options: Object.fromEntries(pairs) }];
  });
}

/**
 * The binary package sources of a deb822 style file (`*.sources`).
 * @param {string} text
 * @returns {AptSource[]}
 */
export function parseSourcesFile(text) {
  const stanzas = text.split("\n").filter((line) => !line.startsWith("#")).join("\n").split(/\n\s*\n/);
  return stanzas.flatMap((stanza) => {
    const fields = readFields(stanza);
    const enabled = !/^(no|false|0|off)$/i.test(fields["enabled"] ?? "yes");
    if (!enabled || !words(fields["types"]).includes("deb")) return [];
    /** @type {Record<string, string>} */
    const options = {};
    for (const name of ["signed-by", "trusted", "architectures"]) {
      const value = fields[name];
      if (value !== undefined) options[name === "architectures" ? "arch" : name] = value;
    }
    return words(fields["uris"]).map((uri) => ({
      uri,
      suites: words(fields["suites"]),
      components: words(fields["components"]),
      options,
    }));
  });
}

/**
 * Deb822 lines, newest suite first, for the archives that the machine already uses. Only their suite differs
 * from what is configured: the address, the keyring and the options are the machine's own.
 * @param {AptSource[]} sources
 * @param {{ newestSuites: string[], extraComponents: string[] }} distribution
 * @returns {{ suite: string, stanza: string }[]}
 */
export function suitesToAsk(sources, { newestSuites, extraComponents }) {
  const main = sources.filter(({ suites }) => suites.some((suite) => isRelease(suite)));
  /** @type {Map<string, { suite: string, stanza: string }>} */
  const asked = new Map();
  const configured = main.flatMap(({ suites }) => suites.filter(isRelease));
  for (const suite of new Set([...newestSuites, ...configured])) {
    for (const { uri, components, options } of main) {
      const key = `${uri} ${suite}`;
      if (asked.has(key)) continue;
      const wanted = [...new Set([...components, ...extraComponents])];
      asked.set(key, { suite, stanza: writeStanza({ uri, suite, components: wanted, options }) });
    }
  }
  return [...asked.values()].slice(0, suitesMax);
}

/** @param {string} suite */
function isRelease(suite) {
  return !sideSuite.test(suite) && !suite.endsWith("/");
}

/** @param {{ uri: string, suite: string, components: string[], options: Record<string, string> }} source */
function writeStanza({ uri, suite, components, options }) {
  const lines = ["Types: deb", `URIs: ${uri}`, `Suites: ${suite}`, `Components: ${components.join(" ")}`];
  if (options["signed-by"]) lines.push(`Signed-By: ${options["signed-by"]}`);
  if (options["trusted"]) lines.push(`Trusted: ${options["trusted"]}`);
  return lines.join("\n") + "\n";
}

/**
 * @param {string} stanza
 * @returns {Record<string, string>}
 */
function readFields(stanza) {
  /** @type {Record<string, string>} */
  const fields = {};
  let last = "";
  for (const line of stanza.split("\n")) {
    const field = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
    if (field !== null) {
      last = (field[1] ?? "").toLowerCase();
      fields[last] = field[2] ?? "";
    } else if (/^\s/.test(line) && last !== "") {
      fields[last] += `\n${line}`; // A keyring may stand in the file itself, over many lines.
    }
  }
  return fields;
}

/** @param {string | undefined} text */
function words(text) {
  return (text ?? "").split(/\s+/).filter((word) => word !== "");
}
