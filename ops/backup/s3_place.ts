import { AwsClient } from "aws4fetch";
import { XMLParser } from "fast-xml-parser";
import { z } from "zod";
import { exitCodes, Failure } from "../cli/failure.ts";
import type { Place, PlacedFile } from "./place.ts";

/** As Amazon's own tools take them. */
export interface S3Variables {
  readonly AWS_ACCESS_KEY_ID?: string | undefined;
  readonly AWS_SECRET_ACCESS_KEY?: string | undefined;
  readonly AWS_SESSION_TOKEN?: string | undefined;
  readonly AWS_REGION?: string | undefined;
  readonly AWS_ENDPOINT_URL_S3?: string | undefined;
}

/** A request is tried again after 5xx and 429, later each time. */
const answerMsMax = 120_000, retriesMax = 6;
const listed = z.object({
  ListBucketResult: z.object({
    Contents: z.array(z.object({ Key: z.string(), Size: z.coerce.number(), LastModified: z.iso.datetime() }))
      .default([]),
    NextContinuationToken: z.string().optional(),
  }),
});
const xml = new XMLParser({ parseTagValue: false, isArray: (name) => name === "Contents" });

/** Backups in a bucket of S3-compatible storage: `s3://bucket/prefix`. */
export function s3Place(name: string, variables: S3Variables): Place {
  const { bucket, prefix } = placeOf(name), { base, client } = clientOf(name, variables);
  const urlOf = (path: string) => `${base}/${bucket}/${encoded(prefix + path)}`;
  const ask = async (what: string, url: string, init: RequestInit = {}) => {
    const response = await client.fetch(url, { ...init, signal: AbortSignal.timeout(answerMsMax) });
    if (response.ok || response.status === 404) return response;
    const reason = `${response.status} ${(await response.text()).slice(0, 500)}`;
    throw new Failure(`Cannot ${what} in ${name}: ${reason}`);
  };
  const files = async (folder: string) => {
    const found: PlacedFile[] = [];
    let token: string | undefined;
    do {
      const query = new URLSearchParams({ "list-type": "2", prefix: `${prefix}${folder}/` });
      if (token !== undefined) query.set("continuation-token", token);
      const response = await ask(`list ${folder}`, `${base}/${bucket}?${query}`),
        text = await response.text();
      if (!response.ok) throw new Failure(`Cannot list ${name}: there is no such bucket`);
      const { Contents, NextContinuationToken } = listed.parse(xml.parse(text)).ListBucketResult;
      for (const { Key, Size, LastModified } of Contents) {
        found.push({ path: Key.slice(prefix.length), bytes: Size, writtenAtMs: Date.parse(LastModified) });
      }
      token = NextContinuationToken;
    } while (token !== undefined);
    return found.sort((one, other) => one.path < other.path ? -1 : 1);
  };
  return {
    name,
    read: async (path) => {
      const response = await ask(`read ${path}`, urlOf(path)),
        content = new Uint8Array(await response.arrayBuffer());
      return response.ok ? content : undefined;
    },
    has: async (path) => (await ask(`look for ${path}`, urlOf(path), { method: "HEAD" })).ok,
    write: async (path, content) => {
      const body = content as Uint8Array<ArrayBuffer>;
      const response = await ask(`write ${path}`, urlOf(path), { method: "PUT", body });
      const answer = await response.text();
      if (!response.ok) {
        throw new Failure(`Cannot write ${path} in ${name}: ${response.status} ${answer.slice(0, 500)}`);
      }
    },
    list: async (folder) => (await files(folder)).map(({ path }) => path),
    files,
    remove: async (path) => {
      await (await ask(`remove ${path}`, urlOf(path), { method: "DELETE" })).text();
    },
  };
}

const encoded = (path: string) => path.split("/").map(encodeURIComponent).join("/");

function placeOf(name: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket, path = ""] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,62})(?:\/(.*))?$/.exec(name) ?? [];
  if (bucket === undefined) throw misused(`${name} is not s3://bucket/prefix`);
  const prefix = path.replace(/\/+$/, "");
  return { bucket, prefix: prefix === "" ? "" : `${prefix}/` };
}

function clientOf(
  name: string,
  variables: S3Variables,
): { readonly base: string; readonly client: AwsClient } {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = variables;
  if (!accessKeyId || !secretAccessKey) {
    throw misused(`for ${name}, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set`);
  }
  const { AWS_REGION: region = "us-east-1", AWS_SESSION_TOKEN: sessionToken, AWS_ENDPOINT_URL_S3: endpoint } =
    variables;
  const base = (endpoint || `https://s3.${region}.amazonaws.com`).replace(/\/+$/, "");
  const session = sessionToken ? { sessionToken } : {};
  return {
    base,
    client: new AwsClient({
      accessKeyId,
      secretAccessKey,
      ...session,
      region,
      service: "s3",
      retries: retriesMax,
    }),
  };
}

const misused = (why: string) =>
  new Failure(`Cannot use this storage: ${why}`, { exitCode: exitCodes.misused });
