/** A small plausible shop for those who have no file at hand: the same every time, in the format of the real one. */
const goods: readonly (readonly [code: string, description: string, price: string])[] = [
  ["22423", "REGENCY CAKESTAND 3 TIER", "12.75"],
  ["85123A", "WHITE HANGING HEART T-LIGHT HOLDER", "2.95"],
  ["85123a", "CREAM HANGING HEART T-LIGHT HOLDER", "2.55"],
  ["47566", "PARTY BUNTING", "4.95"],
  ["84879", "ASSORTED COLOUR BIRD ORNAMENT", "1.69"],
  ["20725", "LUNCH BAG RED RETROSPOT", "1.65"],
  ["22960", "JAM MAKING SET WITH JARS", "4.25"],
  ["23298", "SPOTTY BUNTING", "4.95"],
  ["22086", "PAPER CHAIN KIT 50'S CHRISTMAS", "2.95"],
  ["79321", "CHILLI LIGHTS", "5.75"],
  ["22111", "SCOTTIE DOG HOT WATER BOTTLE", "4.95"],
  ["23084", "RABBIT NIGHT LIGHT", "2.08"],
];
const countries = ["United Kingdom", "United Kingdom", "United Kingdom", "EIRE", "Germany", "Unspecified"];
const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
const ordersMade = 240;
const firstInvoice = 600_001;

/** The shop's sales as CSV: orders, some with postage or the same goods twice, a few write-offs and a cancellation. */
export function madeUpSales(): string {
  const next = numbers(20_111_127);
  const rows: string[] = [];
  for (let made = 0; made < ordersMade; made++) {
    const invoice = String(firstInvoice + made);
    const date = `2011-11-27 ${two(9 + Math.floor(made / 30))}:${two((made % 30) * 2)}:00`;
    const country = pick(countries, next), customer = next(4) === 0 ? "" : `${12_000 + next(300)}.0`;
    const add = (code: string, description: string, quantity: number, price: string) =>
      rows.push(`${invoice},${code},${description},${quantity},${date},${price},${customer},${country}`);
    if (made % 60 === 59) {
      add("79321", "damaged", -1 - next(3), "0.0");
      continue;
    }
    const linesMade = 1 + next(6);
    for (let line = 0; line < linesMade; line++) {
      const [code, description, price] = pick(goods, next);
      add(code, description, 1 + next(12), price);
    }
    if (next(5) === 0) add("POST", "POSTAGE", 1, "18.0");
  }
  rows.push(
    `C${firstInvoice + ordersMade},22423,REGENCY CAKESTAND 3 TIER,-1,2011-11-27 18:00:00,12.75,12001.0,EIRE`,
  );
  return [header, ...rows, ""].join("\r\n");
}

const two = (value: number) => String(value).padStart(2, "0");
const pick = <T>(values: readonly T[], next: (below: number) => number): T => values[next(values.length)]!;

/** A linear congruential generator (Numerical Recipes' constants); its high bits are good enough for a made-up shop. */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
