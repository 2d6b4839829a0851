import { describe, expect, test } from "vitest";
import { countryCode } from "./countries.ts";
import { serviceOf } from "./codes.ts";
import { showMicro } from "./decimal.ts";
import { londonToUtc } from "./london_time.ts";
import { exactSales, goodsOf, servicesOf } from "./sales.ts";
import { parseSalesText } from "./sales_file.ts";

const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
const sales = (...rows: string[]) => parseSalesText([header, ...rows].join("\n"));
const winter = "2011-11-27 10:34:00";

describe("a file of sales", () => {
  test("an order is an invoice's positive lines, in the order of the file", async () => {
    const { orders } = await sales(
      `2,B,"MUG, RED ",2,${winter},1.5,17988.0,EIRE`,
      `1,A,,1,${winter},0.0,,Unspecified`,
    );
    const placedAt = "2011-11-27T10:34:00Z";
    expect(orders).toEqual([
      {
        invoice: "2",
        placedAt,
        customerId: "17988",
        country: "IE",
        lines: [{ sku: "B", description: "MUG, RED", quantity: 2, unitPrice: "1.5" }],
      },
      { invoice: "1", placedAt, lines: [{ sku: "A", quantity: 1, unitPrice: "0.0" }] },
    ]);
  });

  test("the same SKU twice stays two lines, and codes in another case are other goods", async () => {
    const made = await sales(
      `1,85123A,x,2,${winter},1,,EIRE`,
      `1,85123a,y,3,${winter},1,,EIRE`,
      `1,85123A,x,4,${winter},1,,EIRE`,
    );
    expect(made.orders[0]?.lines).toHaveLength(3);
    expect([...goodsOf(made)]).toEqual([["85123A", 6], ["85123a", 3]]);
  });

  test("cancellations are counted by invoice and set aside", async () => {
    const made = await sales(
      `C1,A,x,-2,${winter},1,,EIRE`,
      `C1,B,x,-2,${winter},1,,EIRE`,
      `C2,A,x,-1,${winter},1,,EIRE`,
    );
    expect(made).toMatchObject({ orders: [], writeOffs: [], cancellations: 2, setAside: 0 });
  });

  test("write-offs are negative lines at price 0; goods are received for them too", async () => {
    const made = await sales(
      `1,A,check,-5,${winter},0.0,,EIRE`,
      `1,A,check,-1,${winter},0,,EIRE`,
      `2,A,x,3,${winter},1,,EIRE`,
      `3,M,manual,-1,${winter},0,,EIRE`,
    );
    expect(made.writeOffs).toEqual([{ invoice: "1", lines: [{ sku: "A", quantity: 6 }] }, {
      invoice: "3",
      lines: [],
    }]);
    expect([...goodsOf(made)]).toEqual([["A", 9]]);
  });

  test("a negative price is neither a sale nor a write-off", async () => {
    const made = await sales(
      `A1,B,Adjust bad debt,1,${winter},-11062.06,,EIRE`,
      `4,A,x,-1,${winter},2,,EIRE`,
    );
    expect(made).toMatchObject({ orders: [], writeOffs: [], setAside: 2 });
  });

  test("services are told apart from goods", async () => {
    const made = await sales(
      `1,POST,POSTAGE,1,${winter},18,,EIRE`,
      `1,DCGSSGIRL,GIRLS PARTY BAG,1,${winter},3.3,,EIRE`,
    );
    expect([...servicesOf(made)]).toEqual([["POST", "Postage"]]);
    expect([...goodsOf(made)]).toEqual([["DCGSSGIRL", 1]]);
  });

  test("prices of tenths of pence add up exactly", async () => {
    const made = await sales(`1,A,x,3,${winter},0.001,,EIRE`, `1,B,x,3,${winter},2.1,,EIRE`);
    expect(showMicro(exactSales(made.orders))).toBe("6.303");
  });

  test("what cannot be read is named by its row", async () => {
    await expect(sales(`1,A,x,two,${winter},1,,EIRE`)).rejects.toThrow(
      'Cannot read row 2: quantity "two" is no whole number',
    );
    await expect(sales(`1,A,x,1,${winter},1,,EIRE`, "1,A")).rejects.toThrow(
      "Cannot read row 3: 2 fields, not 8",
    );
    await expect(parseSalesText("a,b\n1,2\n")).rejects.toThrow("no column InvoiceNo");
    await expect(sales(`1,A,x,1,tomorrow,1,,EIRE`)).rejects.toThrow('Cannot read time "tomorrow"');
  });
});

describe("London's clock", () => {
  test.each([
    ["2011-12-01 08:26:00", "2011-12-01T08:26:00Z"],
    ["2011-07-01 08:26:00", "2011-07-01T07:26:00Z"],
    ["2011-07-01 00:26", "2011-06-30T23:26:00Z"],
    ["2011-10-30 00:59:59", "2011-10-29T23:59:59Z"],
    ["2011-10-30 01:30:00", "2011-10-30T00:30:00Z"],
    ["2011-10-30 02:00:00", "2011-10-30T02:00:00Z"],
    ["2011-03-27 01:30:00", "2011-03-27T01:30:00Z"],
    ["2011-03-27 02:30:00", "2011-03-27T01:30:00Z"],
  ])("%s is %s", (london, utc) => expect(londonToUtc(london)).toBe(utc));
  test.each(["2011-02-30 10:00:00", "2011-11-27 24:00:00", "27/11/2011 10:00"])(
    "%s is refused",
    (text) => expect(() => londonToUtc(text)).toThrow("Cannot read time"),
  );
});

describe("countries", () => {
  test.each([
    ["United Kingdom", "GB"],
    ["EIRE", "IE"],
    ["Channel Islands", "JE"],
    ["Czech Republic", "CZ"],
    ["USA", "US"],
    ["RSA", "ZA"],
    ["Hong Kong", "HK"],
    ["Germany", "DE"],
    ["United Arab Emirates", "AE"],
    ["Unspecified", undefined],
    ["European Community", undefined],
    ["Atlantis", undefined],
  ])("%s is %s", (name, code) => expect(countryCode(name)).toBe(code));
});

test.each(["POST", "DOT", "C2", "D", "M", "S", "BANK CHARGES", "AMAZONFEE", "CRUK", "gift_0001_10"])(
  "%s is a service",
  (code) => expect(serviceOf(code)).toBeDefined(),
);
test.each(["85123A", "85123a", "10002", "DCGSSBOY", "PADS", "constructor"])(
  "%s is goods",
  (code) => expect(serviceOf(code)).toBeUndefined(),
);
