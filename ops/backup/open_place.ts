import process from "node:process";
import { expectFolder, makeFolder } from "../cli/paths.ts";
import { folderPlace } from "./folder_place.ts";
import type { Place } from "./place.ts";
import { s3Place, type S3Variables } from "./s3_place.ts";

/** A folder's path, or `s3://bucket/prefix`; of the environment unless they are given. */
export function openPlace(name: string, variables?: S3Variables): Place {
  return isStorage(name) ? s3Place(name, variables ?? ownVariables()) : folderPlace(name);
}

/** A place with backups: a folder must be there. */
export function openToRead(name: string): Place {
  if (!isStorage(name)) expectFolder("use this backup", name);
  return openPlace(name);
}

/** A place that takes backups: a folder is made. */
export function openToWrite(name: string): Place {
  if (!isStorage(name)) makeFolder("back up", name, { mode: 0o700 });
  return openPlace(name);
}

const isStorage = (name: string) => name.startsWith("s3://");

function ownVariables({ env } = process): S3Variables {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL_S3 } =
    env;
  return { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL_S3 };
}
