import type { PostalAddress, Seller } from "../../../actors/series/seller.ts";
import { buyerName, oneLine, plainAddress } from "../parties.ts";
import { textsOf } from "../texts/in_language.ts";
import { type DocumentView, languageOf } from "../view.ts";
import { buyerOnPeppol, type Endpoint, mailbox, sellerOnPeppol } from "./endpoints.ts";

const vatScheme = { "cac:TaxScheme": { "cbc:ID": "VAT" } };
/** BT-32 goes under any scheme but VAT; UBL leaves its name open, CII makes `FC` of it. */
const localScheme = { "cac:TaxScheme": { "cbc:ID": "TAX" } };

/** Both are on the network, or mailboxes do: one network's invoice needs the addresses of that network (Peppol R010, R020). */
export function endpointsOf({ seller, buyer }: DocumentView) {
  const network = { seller: sellerOnPeppol(seller.vatId), buyer: buyerOnPeppol(buyer?.id) };
  const peppol = network.seller !== undefined && network.buyer !== undefined;
  const mail = { seller: mailbox(seller.email), buyer: mailbox(buyer?.email) };
  return { ...(peppol ? network : mail), peppol };
}

/** BG-4. An invoice of what is not subject to VAT must not name a VAT identifier (BR-O-02). */
export function supplier(seller: Seller, outsideTax: boolean, reached: Endpoint | undefined) {
  const { vatId, taxId, registration, email, phone } = seller, name = xmlText(seller.name);
  const schemes = [
    ...(vatId && !outsideTax ? [{ "cbc:CompanyID": xmlText(vatId), ...vatScheme }] : []),
    ...(taxId ? [{ "cbc:CompanyID": xmlText(taxId), ...localScheme }] : []),
  ];
  // Something must identify the seller by itself (BR-CO-26); a local tax number alone does not.
  const identified = registration || (vatId && !outsideTax);
  return {
    ...endpoint(reached),
    ...(!identified && taxId && { "cac:PartyIdentification": [{ "cbc:ID": xmlText(taxId) }] }),
    "cac:PostalAddress": postal(seller.address),
    ...(schemes.length > 0 && { "cac:PartyTaxScheme": schemes }),
    "cac:PartyLegalEntity": {
      "cbc:RegistrationName": name,
      ...(registration && { "cbc:CompanyID": xmlText(registration) }),
    },
    ...contact({ name, phone, email }),
  };
}

/** BG-7. Someone who is not named, or was erased, still needs a name and a country: the seller's, where it was sold. */
export function customer({ seller, buyer, ...view }: DocumentView, reached: Endpoint | undefined) {
  const texts = textsOf[languageOf({ seller, ...(buyer && { buyer }), ...view })];
  const address = buyer?.address === undefined ? undefined : plainAddress(buyer.address);
  const person = oneLine(buyer?.address?.name ?? buyer?.name);
  return {
    ...endpoint(reached),
    ...(xmlText(buyer?.id ?? "") && { "cac:PartyIdentification": element("cbc:ID", buyer?.id) }),
    "cac:PostalAddress": postal(address ?? { country: seller.address.country }),
    "cac:PartyLegalEntity": { "cbc:RegistrationName": xmlText(buyerName(buyer, texts)) },
    ...contact({ name: person, phone: buyer?.phone, email: buyer?.email }),
  };
}

function endpoint(reached: Endpoint | undefined) {
  const address = xmlText(reached?.address ?? "");
  return reached === undefined || address === ""
    ? {}
    : { "cbc:EndpointID": address, "cbc:EndpointID@schemeID": reached.scheme };
}

function postal({ line1, line2, city, postalCode, region, country }: PostalAddress) {
  return {
    ...element("cbc:StreetName", line1),
    ...element("cbc:AdditionalStreetName", line2),
    ...element("cbc:CityName", city),
    ...element("cbc:PostalZone", postalCode),
    ...element("cbc:CountrySubentity", region),
    "cac:Country": { "cbc:IdentificationCode": country },
  };
}

interface Reached {
  readonly name: string;
  readonly phone: string | undefined;
  readonly email: string | undefined;
}

function contact({ name, phone, email }: Reached) {
  const reached = { ...element("cbc:Telephone", phone), ...element("cbc:ElectronicMail", email) };
  if (Object.keys(reached).length === 0) return {};
  return { "cac:Contact": { ...element("cbc:Name", name), ...reached } };
}

/** None for what is empty, or would be in XML: an element without content breaks rules (PEPPOL-EN16931-R008). */
function element<Name extends string>(name: Name, text: string | undefined): { [name in Name]?: string } {
  const held = xmlText(text ?? "");
  return (held === "" ? {} : { [name]: held }) as { [name in Name]?: string };
}

/** One line of what XML 1.0 can hold: two code points, and halves of pairs, are text elsewhere but not there. */
export function xmlText(text: string): string {
  return oneLine(text.replace(/[\ufffe\uffff]/g, "")).toWellFormed();
}
