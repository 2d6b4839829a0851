import { type Kernel, world } from "../kernel/kernel.ts";

/** `gaveUp` after so long, unless what it hands back was called before: whichever comes first, nothing of the other is heard. */
export function withPatience(
  kernel: Kernel,
  { ms, what }: { readonly ms: number; readonly what: string },
  gaveUp: () => void,
): (hear: () => void) => void {
  let over = false;
  const once = (run: () => void) => {
    if (over) return;
    over = true;
    patience.stop();
    run();
  };
  const patience = kernel.after(world, ms, what, () => once(gaveUp));
  return once;
}
