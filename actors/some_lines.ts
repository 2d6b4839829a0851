/** `1 of its lines brings`, `2 of its lines bring`: the verb goes with the count. */
export const someLines = (count: number, verb: string, verbOfMany: string): string =>
  `${count} of its lines ${count === 1 ? verb : verbOfMany}`;
