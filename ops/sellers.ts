import type { z } from "zod";
import type { Invoicing } from "../actors/money_commands.ts";
import { mainEntity, prefixesOf, type Seller, undescribed } from "../actors/series/seller.ts";
import { mainSeller, type Sellers } from "../http/sellers.ts";
import { type entity, sellersSchema } from "./sellers_schema.ts";
import type { ShopAsSeller } from "./shop.ts";

/** The legal entities that sell, and on which channels. */
export interface SellersConfig extends Sellers {
  /** What documents say of each of them. */
  readonly all: readonly Seller[];
  /** Paths or `data:` URLs of the logos on documents, by entity. */
  readonly logos: ReadonlyMap<string, string>;
}

type Said = z.infer<typeof sellersSchema>;

/** Reads what the variable says; each thing that is wrong with it becomes one problem. */
export function sellersOf(
  value: string | undefined,
  shop: ShopAsSeller,
  readText: (path: string) => string,
  problems: string[],
): SellersConfig {
  if (value === undefined) return shopItself(shop);
  const wrong = (what: string) => {
    problems.push(`Cannot use WAYBILL_SELLERS: ${what}`);
    return shopItself(shop);
  };
  let json: unknown;
  try {
    json = JSON.parse(value.trimStart().startsWith("{") ? value : readText(value));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return wrong(error instanceof SyntaxError ? `it is not JSON (${reason})` : reason);
  }
  const parsed = sellersSchema.safeParse(json);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      wrong(`${path.join(".") || "it"} ${sentence(message)}`);
    }
    return shopItself(shop);
  }
  const unlinked = inconsistent(parsed.data);
  for (const problem of unlinked) wrong(problem);
  return unlinked.length > 0 ? shopItself(shop) : configured(parsed.data);
}

/** Of zod's own messages. */
const sentence = (message: string) =>
  message.replace(/^Invalid input: expected/, "must be").replace(/, received .+$/, "")
    .replace(/^Invalid option: expected/, "must be").replace(/^Unrecognized keys?: (.+)$/, "has no $1");

/** What no entity tells alone. */
function inconsistent({ entities, channels, default: rest }: Said): string[] {
  const problems: string[] = [];
  for (const [channel, name] of Object.entries({ ...channels, ...(rest && { "(default)": rest }) })) {
    if (!Object.hasOwn(entities, name)) {
      problems.push(`${channel} is sold by ${name}, which entities does not name`);
    }
  }
  const names = Object.keys(entities);
  if (rest === undefined && !names.includes(mainEntity) && names.length > 1) {
    problems.push(
      `no entity is called ${mainEntity}: say with "default" which one sells on channels that are not named`,
    );
  }
  const owners = new Map<string, string>();
  for (const [name, { prefixes = prefixesOf(name) }] of Object.entries(entities)) {
    for (const [type, prefix] of Object.entries(prefixes)) {
      const owner = owners.get(prefix.toUpperCase()), own = `entities.${name}.prefixes.${type}`;
      if (owner !== undefined) problems.push(`${own} is ${prefix}, as ${owner} is: numbers would come twice`);
      owners.set(prefix.toUpperCase(), own);
    }
  }
  return problems;
}

function configured({ entities, channels, default: rest }: Said): SellersConfig {
  const names = Object.keys(entities);
  const others = rest ?? (names.includes(mainEntity) ? mainEntity : names[0]!);
  const invoicing = new Map(Object.entries(entities).map(([name, said]) => [name, invoicingOf(name, said)]));
  const byChannel = new Map(
    Object.entries(channels).map(([channel, name]) => [channel, invoicing.get(name)!]),
  );
  const usual = invoicing.get(others)!;
  return {
    all: Object.entries(entities).map(([name, said]) => sellerOf(name, said)),
    logos: new Map(
      Object.entries(entities).flatMap(([name, { logo }]) => logo === undefined ? [] : [[name, logo]]),
    ),
    of: (channel) => (channel === undefined ? undefined : byChannel.get(channel)) ?? usual,
  };
}

const invoicingOf = (
  name: string,
  { invoiceOn, flatShipping, taxMode }: z.infer<typeof entity>,
): Invoicing => ({
  entity: name,
  on: invoiceOn,
  flatShipping,
  taxMode,
});

function sellerOf(name: string, said: z.infer<typeof entity>): Seller {
  const { invoiceOn: _, flatShipping: __, taxMode: ___, logo: ____, ...rest } = said;
  // Absent members are left out, as they are where the description is compared with the one before it.
  return JSON.parse(JSON.stringify({ entity: name, ...rest, prefixes: said.prefixes ?? prefixesOf(name) }));
}

/** The shop as its customers know it: enough to begin with, and without a country its invoices are no e-invoices. */
function shopItself({ name, contactEmail, logo, country, vatId }: ShopAsSeller): SellersConfig {
  const seller = {
    ...undescribed(mainEntity),
    name,
    ...(contactEmail !== undefined && { email: contactEmail }),
    ...(country !== undefined && { address: { country } }),
    ...(vatId !== undefined && { vatId }),
  };
  return { all: [seller], logos: new Map(logo === undefined ? [] : [[mainEntity, logo]]), ...mainSeller };
}
