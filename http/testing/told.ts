import type { z } from "@hono/zod-openapi";
import type { ProblemBody } from "../problems.ts";
import type { historyAnswer, orderAnswer, stockAnswer } from "../schemas/answers.ts";
import type { caseAnswer } from "../schemas/case.ts";
import type { payoutAnswer } from "../schemas/payout.ts";
import type { returnAnswer } from "../schemas/return.ts";
import type { shipmentAnswer, shipmentCreated } from "../schemas/shipment.ts";

type Order = z.infer<typeof orderAnswer>;
type Stock = z.infer<typeof stockAnswer>;
type OrderEvent = z.infer<typeof historyAnswer>;
type Shipment = Omit<z.infer<typeof shipmentAnswer> & z.infer<typeof shipmentCreated>, "lines">;
type Case = Omit<z.infer<typeof caseAnswer>, "notes">;
type Payout = z.infer<typeof payoutAnswer>;
type Return = z.infer<typeof returnAnswer>;
type Problem = Omit<ProblemBody, "orderId" | "type">;

/** All that the edge answers in JSON: a test looks at the members that its call promises, and the others are missing. */
export interface Body
  extends
    Partial<Omit<Order, "status">>,
    Partial<Stock>,
    Partial<Omit<Shipment, "status" | "location">>,
    Partial<OrderEvent>,
    Partial<Case>,
    Partial<Omit<Payout, "status" | "lines">>,
    Partial<Pick<Return, "returnId" | "reference">>,
    Partial<Omit<Problem, "status">> {
  /** A word in an order or a shipment, a number in a problem. */
  readonly status?:
    | Order["status"]
    | Shipment["status"]
    | Payout["status"]
    | Return["status"]
    | Problem["status"];
  readonly location?: string;
  /** How many, or which. */
  readonly notes?: unknown;
  readonly noteId?: string;
  /** Of an invoice. */
  readonly number?: string;
  readonly refundId?: string;
  readonly creditId?: string;
  readonly customer?: unknown;
  /** Of a list. */
  readonly items?: readonly Body[];
  readonly next?: string;
  /** Of /readyz. */
  readonly reasons?: readonly string[];
  /** Of a line of a bulk answer. */
  readonly line?: number;
  readonly replayed?: boolean;
}

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Has no members when it is not JSON. */
  readonly body: Body;
}

export async function told(response: Response): Promise<Told> {
  const text = await response.text();
  const isJson = /[/+]json\b/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} };
}

/** Where the problem says that the request is wrong. */
export const pointersOf = ({ errors = [] }: Body): string[] => errors.map(({ pointer }) => pointer).sort();
