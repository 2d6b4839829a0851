import { InvalidArgumentError } from "commander";

/** A flag that is a number from 1 on. */
export function countUpTo(max: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (/^\d+$/.test(text) && count >= 1 && count <= max) return count;
    throw new InvalidArgumentError(`It must be a number from 1 to ${max}.`);
  };
}
