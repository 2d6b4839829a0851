import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** Keeps texts that must be had again, such as the secrets that messages are signed with, so that the log alone does not tell them. */
export interface Sealer {
  /** Opens under the same `owner` only. */
  seal(text: string, owner: string): string;
  /** Undefined when it is none of ours: another installation's, of another owner, or damaged. */
  open(sealed: string, owner: string): string | undefined;
}

const form = "s1", cipher = "aes-256-gcm", keyBytes = 32, nonceBytes = 12, tagBytes = 16;

/** AES-256-GCM under a key that is derived (HKDF, RFC 5869) from the installation's secret, for this purpose alone. */
export function sealer(secret: Uint8Array): Sealer {
  const key = new Uint8Array(hkdfSync("sha256", secret, "", "waybill webhooks", keyBytes));
  return {
    seal: (text, owner) => {
      const nonce = randomBytes(nonceBytes), sealing = createCipheriv(cipher, key, nonce);
      sealing.setAAD(Buffer.from(owner));
      const sealed = Buffer.concat([
        nonce,
        sealing.update(text, "utf8"),
        sealing.final(),
        sealing.getAuthTag(),
      ]);
      return `${form}.${sealed.toString("base64url")}`;
    },
    open: (sealed, owner) => {
      const [is, text = ""] = sealed.split("."), bytes = Buffer.from(text, "base64url");
      if (is !== form || bytes.length < nonceBytes + tagBytes) return undefined;
      const opening = createDecipheriv(cipher, key, bytes.subarray(0, nonceBytes));
      opening.setAAD(Buffer.from(owner));
      opening.setAuthTag(bytes.subarray(-tagBytes));
      try {
        const opened = [opening.update(bytes.subarray(nonceBytes, -tagBytes)), opening.final()];
        return Buffer.concat(opened).toString("utf8");
      } catch {
        return undefined; // The tag is another one: that is the answer, and the only error that `final` has.
      }
    },
  };
}
