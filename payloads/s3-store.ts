/** Keeps large payloads in a bucket of S3, or of what speaks like it, with Temporal's own driver. */

import { createRequire } from "node:module";
import type { Payload } from "@temporalio/common";
import { StorageDriverClaim } from "@temporalio/common/lib/converter/extstore.js";
import { PayloadError } from "./payload-error.ts";
import type { StorageDriver } from "./store.ts";

export interface S3StoreOptions {
  readonly bucket: string;
  /** Begins the name of every object. Default: none. */
  readonly prefix?: string;
  /** Of what is not Amazon's, such as `http://127.0.0.1:9000`. Default: as AWS's own configuration says. */
  readonly endpoint?: string;
  /** Default: as AWS's own configuration says. */
  readonly region?: string;
}

/** Temporal's name for it, on all platforms. */
export const S3_STORE = "aws.s3driver";

const DRIVER_PACKAGE = "@temporalio/external-storage-s3";
const CLIENT_PACKAGE = "@aws-sdk/client-s3";

/** What is used of the two packages, which may not be installed. */
interface DriverPackage {
  readonly S3StorageDriver: new (options: {
    readonly client: S3Requests;
    readonly bucket: string;
    readonly driverName: string;
  }) => StorageDriver;
}
interface ClientPackage {
  readonly S3Client: new (options: object) => S3Client;
  readonly PutObjectCommand: new (input: object) => object;
  readonly HeadObjectCommand: new (input: object) => object;
  readonly GetObjectCommand: new (input: object) => object;
}
interface S3Client {
  send(command: object, options: { readonly abortSignal?: AbortSignal }): Promise<S3Answer>;
}
interface S3Answer {
  readonly Body?: { transformToByteArray(): Promise<Uint8Array> };
}

type RequestOptions = { readonly abortSignal?: AbortSignal } | undefined;

/** What Temporal's driver asks for. */
interface S3Requests {
  putObject(bucket: string, key: string, data: Uint8Array, options?: RequestOptions): Promise<void>;
  objectExists(bucket: string, key: string, options?: RequestOptions): Promise<boolean>;
  getObject(bucket: string, key: string, options?: RequestOptions): Promise<Uint8Array>;
}

/**
 * Credentials come from where AWS's own tools have them. The packages are loaded when the first payload is stored or read; here they
 * are only looked for.
 *
 * @throws {PayloadError} PAYLOADS_MISSING_PACKAGE
 */
export function s3Store(options: S3StoreOptions): StorageDriver {
  for (const name of [DRIVER_PACKAGE, CLIENT_PACKAGE]) assertInstalled(name);
  let opened: Promise<StorageDriver> | undefined;
  const driver = (): Promise<StorageDriver> => (opened ??= open(options));
  const { prefix = "" } = options;
  return {
    name: S3_STORE,
    type: S3_STORE,
    async store(context, payloads) {
      const claims = await told(options, async () => (await driver()).store(context, payloads));
      // Whoever reads it needs to know no prefix.
      return claims.map(
        ({ claimData }) =>
          new StorageDriverClaim({ ...claimData, key: `${prefix}${claimData["key"]}` }),
      );
    },
    async retrieve(context, claims): Promise<Payload[]> {
      return told(options, async () => (await driver()).retrieve(context, claims));
    },
  };
}

async function open({
  bucket,
  prefix = "",
  endpoint,
  region,
}: S3StoreOptions): Promise<StorageDriver> {
  const [{ S3StorageDriver }, aws] = await Promise.all([
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What is used of it, in words of our own.
    import(DRIVER_PACKAGE) as Promise<DriverPackage>,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- As above.
    import(CLIENT_PACKAGE) as Promise<ClientPackage>,
  ]);
  const isOther = endpoint ?? process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"];
  const client = new aws.S3Client({
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    // What is not Amazon's has no host for each bucket, and may not know the newer checksums; Temporal's driver checks by SHA-256.
    ...(isOther && { forcePathStyle: true }),
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  const requests = requestsOf(client, aws, prefix);
  return new S3StorageDriver({ client: requests, bucket, driverName: S3_STORE });
}

function requestsOf(client: S3Client, aws: ClientPackage, prefix: string): S3Requests {
  return {
    async putObject(Bucket, key, Body, options = {}) {
      await client.send(
        new aws.PutObjectCommand({ Bucket, Key: `${prefix}${key}`, Body }),
        options,
      );
    },
    async objectExists(Bucket, key, options = {}) {
      try {
        await client.send(new aws.HeadObjectCommand({ Bucket, Key: `${prefix}${key}` }), options);
        return true;
      } catch (error) {
        if (statusOf(error) === 404) return false;
        throw error;
      }
    },
    async getObject(Bucket, Key, options = {}) {
      const { Body } = await client.send(new aws.GetObjectCommand({ Bucket, Key }), options);
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    },
  };
}

/** What went wrong, in our words: Temporal's driver has S3's own as the cause of its. */
async function told<T>({ bucket }: S3StoreOptions, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const cause: unknown = Reflect.get(Object(error), "cause") ?? error;
    const name = String(Reflect.get(Object(cause), "name"));
    if (name === "AbortError") throw error;
    if (name === "NoSuchKey") throw notFound(bucket, cause);
    if (name === "ValueError" && /integrity/.test(String(cause))) throw damaged(bucket, cause);
    throw failed(bucket, name, cause);
  }
}

function statusOf(error: unknown): unknown {
  return Reflect.get(Object(Reflect.get(Object(error), "$metadata")), "httpStatusCode");
}

function notFound(bucket: string, cause: unknown): PayloadError {
  return new PayloadError(
    "PAYLOADS_NOT_FOUND",
    `A large payload is not in the bucket "${bucket}" any more. Rules that remove old objects have to leave them for longer than runs last ` +
      "and Temporal keeps them. A run that waits for it goes on once it is there.",
    { cause },
  );
}

function damaged(bucket: string, cause: unknown): PayloadError {
  return new PayloadError(
    "PAYLOADS_DAMAGED",
    `A large payload in the bucket "${bucket}" has changed since it was written. Put it back; a run that waits for it goes on then.`,
    { cause },
  );
}

function failed(bucket: string, name: string, cause: unknown): PayloadError {
  const status = statusOf(cause);
  const how = typeof status === "number" ? `${name}, HTTP ${status}` : name;
  return new PayloadError(
    "PAYLOADS_STORE_FAILED",
    `The bucket "${bucket}" cannot be used (${how}). Check its name, the region, the credentials and what they may do: get and put objects. ` +
      "What waits for it is tried again.",
    { cause },
  );
}

function assertInstalled(name: string): void {
  try {
    createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new PayloadError(
      "PAYLOADS_MISSING_PACKAGE",
      `Payloads in S3 need the package "${name}", which is not installed. Run: npm install ${DRIVER_PACKAGE} ${CLIENT_PACKAGE}`,
      { cause },
    );
  }
}
