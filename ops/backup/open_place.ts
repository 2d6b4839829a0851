import process from "node:process";
import { folderPlace } from "./folder_place.ts";
import type { Place } from "./place.ts";
import { s3Place, type S3Variables } from "./s3_place.ts";

/** A folder's path, or `s3://bucket/prefix`; of the environment unless they are given. */
export function openPlace(name: string, variables?: S3Variables): Place {
  return name.startsWith("s3://") ? s3Place(name, variables ?? ownVariables()) : folderPlace(name);
}

function ownVariables({ env } = process): S3Variables {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL_S3 } =
    env;
  return { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL_S3 };
}
