/** A server that speaks as much of S3's wire format as is needed here: buckets by path, objects, lists, conditions, and its errors. */

import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { startScriptedServer } from "./scripted-server.ts";

export interface FakeS3 {
  readonly url: string;
  /** `METHOD /bucket/key`, as they came. */
  readonly requests: readonly string[];
  /** By `/bucket/key`. */
  readonly objects: Map<string, Buffer>;
  /** How many of the next requests are answered with 503. */
  busy: number;
  /** Takes no notice of conditions, as older stores do. */
  isUnconditional: boolean;
  stop(): Promise<void>;
}

/** Small, so that lists have several pages. */
const PAGE = 50;

export async function startFakeS3(bucket: string): Promise<FakeS3> {
  const objects = new Map<string, Buffer>();
  const server = await startScriptedServer((request, response) => {
    const url = new URL(request.url ?? "", "http://s3");
    const path = decodeURIComponent(url.pathname);
    void buffer(request).then((body) => {
      if (fake.busy > 0) {
        fake.busy -= 1;
        return refuse(response, 503, "SlowDown");
      }
      // Nothing is asked without a signature.
      if (!request.headers.authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
        return refuse(response, 403, "AccessDenied");
      }
      if (!`${path}/`.startsWith(`/${bucket}/`)) {
        return refuse(response, 404, "NoSuchBucket", request.method === "HEAD");
      }
      if (request.method === "GET" && url.searchParams.has("list-type"))
        return response.end(listObjects(bucket, objects, url.searchParams));
      return answer(fake, { request, response, path, body });
    });
  });
  const fake: FakeS3 = {
    url: server.url,
    requests: server.requests,
    objects,
    busy: 0,
    isUnconditional: false,
    stop: () => server.stop(),
  };
  return fake;
}

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly body: Buffer;
}

function answer(
  { objects, isUnconditional }: FakeS3,
  { request, response, path, body }: Asked,
): unknown {
  const object = objects.get(path);
  if (request.method === "PUT") {
    const { "if-none-match": absent, "if-match": same } = request.headers;
    const holds =
      (absent !== "*" || object === undefined) &&
      (same === undefined || (object !== undefined && same === etagOf(object)));
    if (!holds && !isUnconditional) return refuse(response, 412, "PreconditionFailed");
    objects.set(path, body);
    return response.writeHead(200, { etag: etagOf(body) }).end();
  }
  if (request.method === "DELETE") {
    objects.delete(path);
    return response.writeHead(204).end();
  }
  if (object === undefined) return refuse(response, 404, "NoSuchKey", request.method === "HEAD");
  response.writeHead(200, { "content-length": object.length, etag: etagOf(object) });
  return response.end(request.method === "HEAD" ? undefined : object);
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
function listObjects(
  bucket: string,
  objects: ReadonlyMap<string, Buffer>,
  query: URLSearchParams,
): string {
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter") ?? ""];
  const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
  const keys = [...objects.keys()]
    .map((path) => path.slice(bucket.length + 2))
    .filter((key) => key.startsWith(prefix) && key > after)
    .toSorted((one, other) => Buffer.from(one).compare(Buffer.from(other)));
  const page = keys.slice(0, delimiter === "" ? PAGE : undefined);
  const folderOf = (key: string): string | undefined => {
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    return end === -1 ? undefined : key.slice(0, end + 1);
  };
  const folders = new Set(page.map(folderOf).filter((folder) => folder !== undefined));
  const contents = page.filter((key) => folderOf(key) === undefined);
  const isCut = page.length < keys.length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult>',
    `<IsTruncated>${isCut}</IsTruncated>`,
    ...(isCut
      ? [`<NextContinuationToken>${escape(page.at(-1) ?? "")}</NextContinuationToken>`]
      : []),
    ...contents.map((key) => `<Contents><Key>${escape(key)}</Key></Contents>`),
    ...[...folders].map(
      (folder) => `<CommonPrefixes><Prefix>${escape(folder)}</Prefix></CommonPrefixes>`,
    ),
    "</ListBucketResult>",
  ].join("");
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function etagOf(object: Buffer): string {
  return `"${createHash("md5").update(object).digest("hex")}"`;
}

function refuse(response: ServerResponse, status: number, code: string, isHead = false): void {
  response.writeHead(status, { "content-type": "application/xml", "x-amz-request-id": "1" });
  const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>refused</Message><RequestId>1</RequestId></Error>`;
  response.end(isHead ? undefined : xml);
}
