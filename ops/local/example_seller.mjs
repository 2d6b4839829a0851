// @ts-check

/**
 * What `npm start` says of a shop of which nothing was said, so that its invoices can be had as e-invoices too; nobody can take the
 * identifier for a real one. Undefined when the user says who sells.
 * @param {Record<string, string | undefined>} env
 */
export function exampleSeller(env) {
  const said = env["WAYBILL_SELLERS"] || env["WAYBILL_SHOP_COUNTRY"] || env["WAYBILL_SHOP_VAT_ID"];
  return said ? undefined : { WAYBILL_SHOP_COUNTRY: "GB", WAYBILL_SHOP_VAT_ID: "GBEXAMPLE" };
}

export const exampleWarning =
  "invoices name an example seller with VAT ID GBEXAMPLE: set WAYBILL_SELLERS before you issue real ones";
