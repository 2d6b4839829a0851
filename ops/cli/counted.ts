const number = (count: number) => count.toLocaleString("en-GB");

/** `1 order`, `2,000 orders`; `many` where an s does not make it. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`;
