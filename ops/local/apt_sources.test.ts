import { describe, expect, test } from "vitest";
import { parseListFile, parseSourcesFile, suitesToAsk } from "./apt_sources.mjs";

const debian = { newestSuites: ["unstable", "testing"], extraComponents: ["main"] };

describe("the machine's package sources", () => {
  test("one-line style: options, comments and source packages", () => {
    const text = `
# deb http://old.example/debian stretch main
deb [ arch=amd64 signed-by=/keys/a.gpg ] http://mirror.example/debian bookworm main contrib # ours
deb-src http://mirror.example/debian bookworm main
  deb mirror+file:/etc/apt/mirrors/debian.list bookworm-updates main
`;
    expect(parseListFile(text)).toEqual([
      {
        uri: "http://mirror.example/debian",
        suites: ["bookworm"],
        components: ["main", "contrib"],
        options: { arch: "amd64", "signed-by": "/keys/a.gpg" },
      },
      {
        uri: "mirror+file:/etc/apt/mirrors/debian.list",
        suites: ["bookworm-updates"],
        components: ["main"],
        options: {},
      },
    ]);
  });

  test("deb822 style: several addresses, comments within, disabled stanzas, a key in the file", () => {
    const text = `Types: deb deb-src
# a comment inside
URIs: http://a.example/debian https://b.example/debian
Suites: trixie trixie-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----

Enabled: no
Types: deb
URIs: http://c.example/debian
Suites: trixie
Components: main

Types: deb-src
URIs: http://d.example/debian
Suites: trixie
Components: main
`;
    const sources = parseSourcesFile(text);
    expect(sources.map(({ uri }) => uri)).toEqual(["http://a.example/debian", "https://b.example/debian"]);
    expect(sources[0]?.suites).toEqual(["trixie", "trixie-updates"]);
    expect(sources[0]?.options["signed-by"]).toContain("BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n");
  });

  test("the newest suites come first, from the same address under the same key; side suites are not asked", () => {
    const sources = parseListFile(`deb [signed-by=/k.gpg] http://m.example/debian bookworm main
deb http://m.example/debian-security bookworm-security main
deb http://m.example/debian bookworm-updates main
deb http://flat.example/ ./`);
    const asked = suitesToAsk(sources, debian);
    expect(asked.map(({ suite }) => suite)).toEqual(["unstable", "testing", "bookworm"]);
    expect(asked[0]?.stanza).toBe(
      "Types: deb\nURIs: http://m.example/debian\nSuites: unstable\nComponents: main\nSigned-By: /k.gpg\n",
    );
    expect(asked.some(({ stanza }) => stanza.includes("security") || stanza.includes("flat"))).toBe(false);
  });

  test("no sources, nothing to ask", () => expect(suitesToAsk([], debian)).toEqual([]));
});
