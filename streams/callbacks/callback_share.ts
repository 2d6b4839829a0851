import { restful } from "../cluster/share.ts";
import type { Share } from "../cluster/shares.ts";
import { CallbackReader, type CallbackReaderOptions } from "./callback_reader.ts";

/** Callbacks are one piece of work: whoever has the first partition does it. */
export function callbackShare(
  { partition, first }: { readonly partition: number; readonly first: number | undefined },
  options: CallbackReaderOptions,
): Share {
  if (partition !== first) return restful();
  const reader = new CallbackReader(options);
  return { done: reader.run(), stop: () => reader.stop() };
}
