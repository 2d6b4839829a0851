import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { z } from "zod";
import type { Stored } from "../../streams/broker/broker.ts";
import { storedOf } from "../../streams/reading/raw_record.ts";
import { Failure } from "../cli/failure.ts";
import { jsonOf } from "../../streams/json_of.ts";

const line = z.object({
  sequence: z.number().int().positive(),
  subject: z.string().regex(/^events\.\d{1,4}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  storedAt: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
  text: z.string().optional(),
  base64: z.string().optional(),
});

/** The records of a file that `stream export --raw-records` wrote, in its order, one at a time. */
export async function* recordsInFile(path: string): AsyncGenerator<Stored> {
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number++;
    const parsed = line.safeParse(jsonOf(text));
    if (!parsed.success) {
      throw new Failure(`Cannot import ${path}: line ${number} is no record; export with --raw-records`);
    }
    const { headers, text: payload, base64, ...rest } = parsed.data;
    yield storedOf({
      ...rest,
      ...(headers && { headers }),
      ...(payload !== undefined && { text: payload }),
      ...(base64 !== undefined && { base64 }),
    });
  }
  if (number === 0) throw new Failure(`Cannot import ${path}: it is empty`);
}
