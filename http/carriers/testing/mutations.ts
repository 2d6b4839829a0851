/** Chance from a seed: the same seed gives the same mutations. */
export interface Chance {
  /** From 0 up to below `n`. */
  below(n: number): number;
  pick<T>(from: readonly T[]): T;
}

/** Mulberry32. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return { below, pick: (from) => from[below(from.length)]! };
}

/** JSON texts that parsers stumble over. */
const hostileJson = [
  ...["null", "true", "[]", "{}", '""', '" "', "0", "-1", "1e999", "-0", "9007199254740993"],
  ...["1".repeat(400), "[[]]", "[null]", "[{}]", '{"toString":1}', '{"__proto__":{"a":1}}'],
  ...['{"constructor":null}', '{"length":1e9}', '"\\ud800"', '"\\u0000"', '"__proto__"', '"hasOwnProperty"'],
  ...['"2024-02-30T25:61:61+99:99"', '"0000-00-00"', '"99999999"', '"2024-04-23T09:15:19+05:99"', '"-04.99"'],
  ...[
    '"9999-12-31T23:59:60-18:59"',
    '"0000-01-01T00:00:00+18:00"',
    '"12/31/9999 11:59 PM"',
    '"Europe/Nowhere"',
  ],
  ...[
    "[".repeat(20_000),
    "[".repeat(3_000) + "]".repeat(3_000),
    '{"a":'.repeat(3_000) + "1" + "}".repeat(3_000),
  ],
  ...[
    JSON.stringify("a".repeat(50_000)),
    JSON.stringify("return ".repeat(7_000)),
    JSON.stringify(" -".repeat(20_000)),
  ],
  ...[JSON.stringify("1,".repeat(20_000)), JSON.stringify(".".repeat(30_000)), `[${"{},".repeat(5_000)}{}]`],
];
const hostileText = [
  ...[
    "",
    " ",
    "0",
    "true",
    "&amp;",
    "&lol;",
    "&#0;",
    "&#x110000;",
    "<![CDATA[x]]>",
    "<!-- -->",
    "<a>",
    "</a>",
  ],
  ...[
    "2024-02-30",
    "25:61:61",
    "8/32/2021 13:61 PM",
    "__proto__",
    "<__proto__>1</__proto__>",
    "a".repeat(50_000),
  ],
  ...[
    "<x>".repeat(2_000),
    "<x>".repeat(2_000) + "</x>".repeat(2_000),
    "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    "]]>",
  ],
];
const hostileBytes = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf], [0], [
  0xf4,
  0x90,
  0x80,
  0x80,
], [0x1f, 0x8b]];

type Mutation = (body: Uint8Array, chance: Chance) => Uint8Array;

const joined = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => Uint8Array.from(part))));

const flipBits: Mutation = (body, { below }) => {
  const copy = body.slice();
  for (let i = 0; i < 1 + below(8); i++) copy[below(copy.length)]! ^= 1 << below(8);
  return copy;
};
const truncate: Mutation = (body, { below }) => body.slice(0, below(body.length));
const cutOut: Mutation = (body, { below }) => {
  const from = below(body.length);
  return joined(body.slice(0, from), body.slice(from + 1 + below(200)));
};
const repeatChunk: Mutation = (body, { below }) => {
  const from = below(body.length), chunk = body.slice(from, from + 1 + below(400));
  return joined(body.slice(0, from), ...Array.from({ length: 2 + below(20) }, () => chunk), body.slice(from));
};
const insertBytes: Mutation = (body, { below, pick }) => {
  const from = below(body.length);
  return joined(body.slice(0, from), pick(hostileBytes), body.slice(from));
};

/** Puts something else in the place of a value: a string, a number or a word with whatever type; or in the place of an element's text. */
const replaceValue: Mutation = (body, chance) => {
  const text = new TextDecoder().decode(body), isXml = /^\s*</.test(text);
  const pattern = isXml ? />[^<>]*</g : /"(?:[^"\\]|\\.)*"(?!\s*:)|-?\d[\d.eE+-]*|true|false|null/g;
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return body;
  const { index, 0: value } = chance.pick(found);
  const other = isXml ? `>${chance.pick(hostileText)}<` : chance.pick(hostileJson);
  return bytesOf(text.slice(0, index) + other + text.slice(index + value.length));
};

/** Puts something else in the place of a whole object or list: types change at any depth. */
const replaceNode: Mutation = (body, chance) => {
  const tree = jsonOf(body);
  if (tree === undefined) return replaceValue(body, chance);
  const holders = holdersOf(tree);
  if (holders.length === 0) return bytesOf(chance.pick(hostileJson));
  const [holder, key] = chance.pick(holders), mark = "\u0001mark";
  const value = holder[key];
  const action = chance.below(4);
  if (action === 0) delete holder[key];
  else if (action === 1) holder[key] = [value, value];
  else if (action === 2) holder[key] = { [key]: value };
  else holder[key] = mark;
  return bytesOf(JSON.stringify(tree).replace(JSON.stringify(mark), () => chance.pick(hostileJson)));
};

const bytesOf = (text: string) => new TextEncoder().encode(text);

type Holder = Record<string, unknown>;

function holdersOf(tree: unknown): (readonly [Holder, string])[] {
  const found: (readonly [Holder, string])[] = [], open = [tree];
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== "object" || node === null) continue;
    const holder = node as Holder;
    for (const key of Object.keys(holder)) {
      found.push([holder, key]);
      open.push(holder[key]);
    }
  }
  return found;
}

/** Deeper than that is for the parsers to survive, not for us. */
const depthMax = 200;
const isDeep = (text: string) => {
  let depth = 0;
  for (const char of text) {
    if (char === "[" || char === "{") depth++;
    else if (char === "]" || char === "}") depth--;
    if (depth > depthMax) return true;
  }
  return false;
};

function jsonOf(body: Uint8Array): unknown {
  const text = new TextDecoder().decode(body);
  if (isDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const mutations = [
  flipBits,
  truncate,
  cutOut,
  repeatChunk,
  insertBytes,
  replaceValue,
  replaceValue,
  replaceNode,
  replaceNode,
];

/** One to three mutations of a body. */
export function mutated(body: Uint8Array, chance: Chance): Uint8Array {
  let result = body;
  for (let i = 0; i < 1 + chance.below(3) && result.length > 0; i++) {
    result = chance.pick(mutations)(result, chance);
  }
  return result;
}
