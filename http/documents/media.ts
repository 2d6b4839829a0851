/** How a document can be had; the names of the suffixes by which it is asked for. */
export const representations = ["json", "pdf", "ubl.xml", "facturx.pdf"] as const;
export type Representation = (typeof representations)[number];

export const contentTypes = {
  "json": "application/json",
  "pdf": "application/pdf",
  "ubl.xml": "application/xml",
  "facturx.pdf": "application/pdf",
} as const satisfies Record<Representation, string>;

/**
 * Takes the suffix off what stands for the number in the path: `INV-2026-000123.ubl.xml`. Numbers hold no dot, so the first one divides;
 * undefined for a suffix that nothing has.
 */
export function suffixed(
  segment: string,
): { readonly number: string; readonly representation?: Representation } | undefined {
  const dot = segment.indexOf(".");
  if (dot < 0) return { number: segment };
  const representation = representations.find((one) => one === segment.slice(dot + 1));
  return representation && { number: segment.slice(0, dot), representation };
}

const acceptCharsMax = 500;
/** What each media type gives; a Factur-X PDF is a PDF, so it has a name of its own by its profile. */
const byMediaType: readonly (readonly [type: string, profile: string | undefined, Representation])[] = [
  ["application/json", undefined, "json"],
  ["application/pdf", "factur-x", "facturx.pdf"],
  ["application/pdf", undefined, "pdf"],
  ["application/xml", undefined, "ubl.xml"],
  ["text/xml", undefined, "ubl.xml"],
];

/** The representation that the header asks for first (RFC 9110 12.5.1); JSON without a wish; undefined when nothing fits: 406. */
export function accepted(header: string | undefined): Representation | undefined {
  if (header === undefined || header.trim() === "") return "json";
  const ranges = header.slice(0, acceptCharsMax).toLowerCase().split(",").map(rangeOf);
  return ranges.filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ type, profile }) => representationOf(type, profile))
    .find((one) => one !== undefined);
}

function rangeOf(range: string) {
  const [type = "", ...parameters] = range.split(";").map((part) => part.trim());
  const value = (name: string) =>
    parameters.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1).replaceAll('"', "");
  return { type, profile: value("profile"), quality: Number(value("q") ?? 1) };
}

function representationOf(type: string, profile: string | undefined): Representation | undefined {
  if (type === "*/*" || type === "application/*") return "json";
  if (type === "text/*") return "ubl.xml";
  return byMediaType.find(([name, of]) => name === type && of === profile)?.[2] ??
    byMediaType.find(([name, of]) => name === type && of === undefined)?.[2];
}

/** RFC 6266. Numbers are printable ASCII without quotes, as the configuration of prefixes demands; anything else is taken out. */
export function contentDisposition(fileName: string): string {
  return `inline; filename="${fileName.replace(/[^A-Za-z0-9._-]/g, "_")}"`;
}
