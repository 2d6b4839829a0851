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
/** A Factur-X PDF is a PDF, so it has a name of its own by its profile. */
const facturX = "factur-x";
const xmlTypes = ["application/xml", "text/xml"];

interface Range {
  readonly type: string;
  readonly profile: string | undefined;
  readonly quality: number;
}
/** By how much of the range names it: its profile too, its type, a part of its type, or nothing; 0: it does not fit. */
type Precision = 0 | 1 | 2 | 3 | 4;

/**
 * The representations that the header accepts, best first (RFC 9110 12.5.1); what is named goes before what a wildcard lets in, JSON first
 * without a wish. Browsers name XML, for pages and below them: XML that is not wanted most comes last. None: 406.
 */
export function accepted(header: string | undefined): readonly Representation[] {
  if (header === undefined || header.trim() === "") return representations;
  const ranges = header.slice(0, acceptCharsMax).toLowerCase().split(",").map(rangeOf);
  const most = Math.max(...ranges.map(({ quality }) => quality));
  const last = (one: Wish) => one.representation === "ubl.xml" && one.quality < most ? 1 : 0;
  return representations.flatMap((one) => wishOf(one, ranges) ?? [])
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => last(a) - last(b) || b.quality - a.quality || b.precision - a.precision || a.at - b.at)
    .map(({ representation }) => representation);
}

interface Wish {
  readonly representation: Representation;
  readonly quality: number;
  readonly precision: Precision;
  /** The place of the range in the header. */
  readonly at: number;
}

/** The most precise range says how much it is wanted, so that `q=0` takes it out of a wildcard. */
function wishOf(representation: Representation, ranges: readonly Range[]): Wish | undefined {
  return ranges
    .map((range, at) => ({
      ...{ representation, at, quality: range.quality },
      precision: precisionOf(range, representation),
    }))
    .filter(({ precision }) => precision > 0)
    .sort((a, b) => b.precision - a.precision || b.quality - a.quality)[0];
}

function rangeOf(range: string): Range {
  const [type = "", ...parameters] = range.split(";").map((part) => part.trim());
  const value = (name: string) =>
    parameters.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1).replaceAll('"', "");
  const quality = Number(value("q") ?? 1);
  return { type, profile: value("profile"), quality: Number.isNaN(quality) ? 0 : quality };
}

function precisionOf({ type, profile }: Range, representation: Representation): Precision {
  if (type === "*/*") return 1;
  const types = representation === "ubl.xml" ? xmlTypes : [contentTypes[representation]];
  if (type.endsWith("/*")) return types.some((one) => one.startsWith(type.slice(0, -1))) ? 2 : 0;
  if (!types.includes(type)) return 0;
  if (profile === facturX) return representation === "facturx.pdf" ? 4 : 0;
  return 3;
}

/** RFC 6266. Numbers are printable ASCII without quotes, as the configuration of prefixes demands; anything else is taken out. */
export function contentDisposition(fileName: string): string {
  return `inline; filename="${fileName.replace(/[^A-Za-z0-9._-]/g, "_")}"`;
}
