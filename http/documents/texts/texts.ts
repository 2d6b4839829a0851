import type { CreditReason, DocumentType, TaxCategory } from "../../../actors/series/document.ts";

/** Everything that a document says beside its data, in one language: a missing text does not compile. */
export interface DocumentTexts {
  readonly titles: { readonly [T in DocumentType]: string };
  readonly facts: {
    readonly number: string;
    readonly date: string;
    readonly supplied: string;
    readonly order: string;
    readonly ordered: string;
    readonly customer: string;
    readonly returnId: string;
  };
  readonly billTo: string;
  readonly columns: {
    readonly position: string;
    readonly item: string;
    readonly quantity: string;
    readonly unitPrice: string;
    readonly discount: string;
    readonly taxRate: string;
    readonly amount: string;
  };
  /** Said of columns whose amounts hold tax. */
  readonly includingTax: string;
  readonly sku: string;
  readonly ofInvoice: (number: string) => string;
  readonly shipping: string;
  readonly carriedForward: string;
  readonly broughtForward: string;
  readonly net: string;
  readonly tax: string;
  readonly taxOf: (rate: string) => string;
  /** Whose tax is none, and why. */
  readonly untaxed: { readonly [C in Exclude<TaxCategory, "S">]: string };
  readonly taxable: string;
  readonly total: { readonly [T in DocumentType]: string };
  readonly paid: string;
  readonly due: string;
  readonly allPaid: string;
  /** BT-20: when it is to be paid, or given back. */
  readonly terms: { readonly [T in DocumentType]: string };
  readonly payTo: string;
  readonly accountName: string;
  readonly paymentReference: string;
  readonly scanToPay: string;
  readonly corrects: (invoices: string, reason: string) => string;
  readonly creditWithoutInvoice: (reason: string) => string;
  readonly reasons: { readonly [R in CreditReason]: string };
  readonly seller: {
    readonly vatId: string;
    readonly taxId: string;
    readonly registration: string;
    readonly phone: string;
    readonly email: string;
  };
  readonly unnamedBuyer: string;
  readonly page: (number: string, of: string) => string;
}
