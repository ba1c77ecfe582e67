/** A bucket of S3, or of what speaks like it, with writes that fail where somebody else was quicker. */

import { SinkError } from "../contract.ts";
import { optionalPackage } from "../vendors/optional-package.ts";

export interface S3BucketOptions {
  readonly bucket: string;
  /** Of what is not Amazon's, such as `http://127.0.0.1:9000`. Default: as AWS's own configuration says. */
  readonly endpoint?: string;
  /** Default: as AWS's own configuration says. */
  readonly region?: string;
  readonly timeoutMs: number;
}

export interface S3Object {
  readonly body: Buffer;
  readonly etag: string;
}

/** What has to be so for a write to be done: nothing is there, or what was read is. */
export type S3Condition = "absent" | { readonly etag: string };

/** What is used of the package, which may not be installed. */
interface S3Package {
  readonly S3Client: new (options: object) => S3Client;
  readonly PutObjectCommand: new (input: object) => object;
  readonly GetObjectCommand: new (input: object) => object;
  readonly DeleteObjectCommand: new (input: object) => object;
  readonly ListObjectsV2Command: new (input: object) => object;
}
interface S3Client {
  send(command: object, options: { readonly abortSignal: AbortSignal }): Promise<S3Answer>;
  destroy(): void;
}
interface S3Answer {
  readonly Body?: { transformToByteArray(): Promise<Uint8Array> };
  readonly ETag?: string;
  readonly Contents?: readonly { readonly Key?: string }[];
  readonly CommonPrefixes?: readonly { readonly Prefix?: string }[];
  readonly NextContinuationToken?: string;
}

/** Somebody has to let this process in, or to make the bucket. */
const REFUSALS: ReadonlySet<number> = new Set([301, 400, 401, 403, 404, 405, 501]);

export class S3Bucket {
  readonly #options: S3BucketOptions;
  readonly #load: () => Promise<S3Package>;
  readonly #closed = new AbortController();
  #opening: Promise<readonly [S3Client, S3Package]> | undefined;

  /** @throws {PluginError} PLUGIN_MISSING_PACKAGE */
  constructor(options: S3BucketOptions) {
    this.#options = options;
    this.#load = optionalPackage<S3Package>("s3Sink", "@aws-sdk/client-s3");
  }

  async get(key: string): Promise<S3Object | undefined> {
    return this.#ask(
      async (aws, send) => {
        const { Body, ETag = "" } = await send(new aws.GetObjectCommand(this.#input(key)));
        return { body: Buffer.from((await Body?.transformToByteArray()) ?? []), etag: ETag };
      },
      (status, name) => (status === 404 && name === "NoSuchKey" ? { is: undefined } : undefined),
    );
  }

  /** `false`: the condition does not hold. Where an answer was lost, it may be this very write that it does not hold for. */
  async put(key: string, body: Uint8Array | string, condition?: S3Condition): Promise<boolean> {
    const when =
      condition === undefined
        ? {}
        : condition === "absent"
          ? { IfNoneMatch: "*" }
          : { IfMatch: condition.etag };
    return this.#ask(
      async (aws, send) => {
        const Body = typeof body === "string" ? Buffer.from(body) : body;
        await send(new aws.PutObjectCommand({ ...this.#input(key), Body, ...when }));
        return true;
      },
      // 409: another write of the same object was under way.
      (status) =>
        condition !== undefined && (status === 412 || status === 409) ? { is: false } : undefined,
    );
  }

  async delete(key: string): Promise<void> {
    await this.#ask(
      async (aws, send) => void (await send(new aws.DeleteObjectCommand(this.#input(key)))),
    );
  }

  /** Keys in their order, behind one of them or from the first. */
  async *list(prefix: string, after?: string): AsyncIterable<string> {
    for await (const { Contents = [] } of this.#pages({ Prefix: prefix, StartAfter: after }))
      for (const { Key } of Contents) if (Key !== undefined) yield Key;
  }

  /** What comes before the next slash. */
  async listFolders(prefix: string): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const { CommonPrefixes = [] } of this.#pages({ Prefix: prefix, Delimiter: "/" }))
      for (const { Prefix = "" } of CommonPrefixes) names.push(Prefix.slice(prefix.length, -1));
    return names;
  }

  async close(): Promise<void> {
    this.#closed.abort();
    const [client] = (await this.#opening?.catch(() => undefined)) ?? [];
    client?.destroy();
  }

  async *#pages(input: object): AsyncIterable<S3Answer> {
    const { bucket: Bucket } = this.#options;
    let ContinuationToken: string | undefined;
    do {
      const page: S3Answer = await this.#ask((aws, send) =>
        send(new aws.ListObjectsV2Command({ Bucket, ...input, ContinuationToken })),
      );
      yield page;
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }

  /** @param expected - answers that are no failure. */
  async #ask<T>(
    work: (aws: S3Package, send: (command: object) => Promise<S3Answer>) => Promise<T>,
    expected: (status: unknown, name: unknown) => { readonly is: T } | undefined = () => undefined,
  ): Promise<T> {
    try {
      const [client, aws] = await (this.#opening ??= this.#open());
      const late = AbortSignal.timeout(this.#options.timeoutMs);
      const abortSignal = AbortSignal.any([late, this.#closed.signal]);
      return await work(aws, (command) => client.send(command, { abortSignal }));
    } catch (error) {
      const metadata: unknown = Reflect.get(Object(error), "$metadata");
      const status: unknown = Reflect.get(Object(metadata), "httpStatusCode");
      const name: unknown = Reflect.get(Object(error), "name");
      const answer = expected(status, name);
      if (answer !== undefined) return answer.is;
      throw failed(status, name);
    }
  }

  async #open(): Promise<readonly [S3Client, S3Package]> {
    const aws = await this.#load();
    const { endpoint, region } = this.#options;
    const isOther =
      endpoint ?? process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"];
    const client = new aws.S3Client({
      ...(endpoint !== undefined && { endpoint }),
      ...(region !== undefined && { region }),
      // What is not Amazon's has no host for each bucket, and may not know the newer checksums.
      ...(isOther && { forcePathStyle: true }),
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
    return [client, aws];
  }

  #input(Key: string): object {
    return { Bucket: this.#options.bucket, Key };
  }
}

/** Without a cause: it holds the request. */
function failed(status: unknown, name: unknown): SinkError {
  const what = typeof name === "string" && /^\w+$/.test(name) ? name : "unknown";
  const how = typeof status === "number" ? `${what}, HTTP ${status}` : what;
  if (typeof status === "number" && REFUSALS.has(status)) {
    const rights = "get, put, delete and list objects";
    return new SinkError(
      "SINK_REFUSES",
      `The bucket of the audit trail cannot be used (${how}). Check its name, the region, the credentials and what they may do: ${rights}.`,
    );
  }
  return new SinkError("SINK_AWAY", `The bucket of the audit trail is away (${how}).`);
}
