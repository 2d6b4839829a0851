/** What a metric may be, and how it is described. */
interface MetricBase {
  /** UCUM, as OpenTelemetry asks. */
  readonly unit: string;
  readonly description: string;
  /** Label → what bounds its values. */
  readonly labels: Readonly<Record<string, string>>;
}
export interface HistogramSpec extends MetricBase {
  readonly kind: "histogram";
  readonly buckets: readonly number[];
}
export interface CounterSpec extends MetricBase {
  readonly kind: "counter";
}
export interface GaugeSpec extends MetricBase {
  /** Read when somebody scrapes; costs nothing in between. */
  readonly kind: "gauge";
}
/** A counter that somebody else keeps, read like a gauge. */
export interface TotalSpec extends MetricBase {
  readonly kind: "total";
}
/** Whose `/metrics` it is found at. */
export interface ToldBy {
  readonly roles: readonly ("edge" | "host" | "projector" | "deliver")[];
}
export type MetricSpec = HistogramSpec | CounterSpec | GaugeSpec | TotalSpec;

const secondBuckets = [0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const countBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];
const byteBuckets = [
  1_024,
  4_096,
  16_384,
  65_536,
  131_072,
  262_144,
  524_288,
  1_048_576,
  4_194_304,
  8_388_608,
];

/** Notes of each who tells it. */
export function toldBy<const T extends Readonly<Record<string, MetricSpec>>>(
  roles: ToldBy["roles"],
  specs: T,
): { readonly [Name in keyof T]: T[Name] & ToldBy } {
  const told = Object.entries(specs).map(([name, spec]) => [name, { ...spec, roles }]);
  return Object.fromEntries(told);
}

type Labels = Readonly<Record<string, string>>;
const none = {};
export const seconds = <L extends Labels = typeof none>(description: string, labels: L = none as L) =>
  ({ kind: "histogram", unit: "s", description, labels, buckets: secondBuckets }) as const;
export const bytes = <L extends Labels = typeof none>(description: string, labels: L = none as L) =>
  ({ kind: "histogram", unit: "By", description, labels, buckets: byteBuckets }) as const;
export const amounts = <L extends Labels = typeof none>(
  unit: string,
  description: string,
  labels: L = none as L,
) => ({ kind: "histogram", unit, description, labels, buckets: countBuckets }) as const;
export const counted = <L extends Labels = typeof none>(
  unit: string,
  description: string,
  labels: L = none as L,
) => ({ kind: "counter", unit, description, labels }) as const;
export const gauge = <L extends Labels = typeof none>(
  unit: string,
  description: string,
  labels: L = none as L,
) => ({ kind: "gauge", unit, description, labels }) as const;
export const total = <L extends Labels = typeof none>(
  unit: string,
  description: string,
  labels: L = none as L,
) => ({ kind: "total", unit, description, labels }) as const;
