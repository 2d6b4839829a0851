/** Something that could not be done, and waits for an operator. */
export interface DeadLetter {
  /** How `show`, `retry` and `drop` name it: `<source>/<key>`. */
  readonly id: string;
  /** What could not be done: `decide place for order:ord_…`. */
  readonly what: string;
  /** The first line of the error. */
  readonly why: string;
  /** How many wait behind it. */
  readonly waiting: number;
}

/** Where such things lie. */
export interface DeadLetterSource {
  /** The first part of the ids. */
  readonly name: string;
  list(limit: number): Promise<readonly DeadLetter[]>;
  /** All that is known of it, to be printed as JSON; undefined when there is no such thing. */
  show(key: string): Promise<object | undefined>;
  /** Does it again, with what waits behind it in order; says what came of it. */
  retry(key: string, act: Operator): Promise<string>;
  /** Where nothing may be given up: why, and what to do instead. */
  readonly neverDropped?: string;
  /** Gives it up; what waits behind it goes on. */
  drop(key: string, act: Operator): Promise<string>;
}
export interface Operator {
  readonly by: string;
  readonly why: string;
}

export const idOf = (source: string, key: string): string => `${source}/${key}`;

/** The source's name and the key in it; undefined for what is no id. */
function placeOf(id: string): { readonly source: string; readonly key: string } | undefined {
  const slash = id.indexOf("/");
  return slash < 1 || /\p{Cc}/u.test(id)
    ? undefined
    : { source: id.slice(0, slash), key: id.slice(slash + 1) };
}

/** Whose it is, and its key there; undefined for what none of them can have. */
export function foundIn(
  sources: readonly DeadLetterSource[],
  id: string,
): { readonly source: DeadLetterSource; readonly key: string } | undefined {
  const place = placeOf(id), source = sources.find(({ name }) => name === place?.source);
  return place && source && { source, key: place.key };
}
