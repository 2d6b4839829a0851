import type { Paper } from "./paper.ts";

declare global {
  namespace PDFKit.Mixins {
    interface PDFAttachmentOptions {
      /** How the file stands to the document, as PDF/A-3 wants to know; PDFKit's published types have it not. */
      relationship?: "Alternative";
    }
  }
}

const namespace = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#";
const fileName = "factur-x.xml";

/**
 * Makes a Factur-X of the PDF: the invoice as CII within it, and the marks that say so (Factur-X 1.07, profile EN 16931). Its place in the
 * file is an associated file of PDF/A-3.
 */
export function attachFacturX(paper: Paper, xml: string, at: Date): void {
  paper.pdf.file(Buffer.from(xml), {
    name: fileName,
    type: "text/xml",
    description: "Factur-X",
    relationship: "Alternative",
    creationDate: at,
    modifiedDate: at,
  });
  paper.pdf.appendXML(extensionSchema);
  paper.pdf.appendXML(`<rdf:Description rdf:about="" xmlns:fx="${namespace}">
    <fx:DocumentType>INVOICE</fx:DocumentType>
    <fx:DocumentFileName>${fileName}</fx:DocumentFileName>
    <fx:Version>1.0</fx:Version>
    <fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>
  </rdf:Description>`);
}

const properties = [
  ["DocumentFileName", "The name of the embedded XML document"],
  ["DocumentType", "The type of the hybrid document in capital letters, e.g. INVOICE or ORDER"],
  ["Version", "The actual version of the standard applying to the embedded XML document"],
  ["ConformanceLevel", "The conformance level of the embedded XML document"],
].map(([name, description]) =>
  `<rdf:li rdf:parseType="Resource">
    <pdfaProperty:name>${name}</pdfaProperty:name>
    <pdfaProperty:valueType>Text</pdfaProperty:valueType>
    <pdfaProperty:category>external</pdfaProperty:category>
    <pdfaProperty:description>${description}</pdfaProperty:description>
  </rdf:li>`
);

/** PDF/A wants every property that it does not know itself to be described in the file (ISO 19005-3, 6.6.2.3). */
const extensionSchema = `<rdf:Description rdf:about=""
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>${namespace}</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>fx</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq>${properties.join("")}</rdf:Seq></pdfaSchema:property>
  </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>`;
