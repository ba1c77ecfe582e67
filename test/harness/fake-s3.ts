/** A server that speaks as much of S3's wire format as Temporal's driver needs: buckets by path, objects, and its errors. */

import { buffer } from "node:stream/consumers";
import type { ServerResponse } from "node:http";
import { startScriptedServer } from "./scripted-server.ts";

export interface FakeS3 {
  readonly url: string;
  /** `METHOD /bucket/key`, as they came. */
  readonly requests: readonly string[];
  /** By `/bucket/key`. */
  readonly objects: Map<string, Buffer>;
  /** How many of the next requests are answered with 503. */
  busy: number;
  stop(): Promise<void>;
}

export async function startFakeS3(bucket: string): Promise<FakeS3> {
  const objects = new Map<string, Buffer>();
  const server = await startScriptedServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "", "http://s3").pathname);
    void buffer(request).then((body) => {
      if (fake.busy > 0) {
        fake.busy -= 1;
        return refuse(response, 503, "SlowDown");
      }
      // Nothing is asked without a signature.
      if (!request.headers.authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
        return refuse(response, 403, "AccessDenied");
      }
      if (!path.startsWith(`/${bucket}/`)) {
        return refuse(response, 404, "NoSuchBucket", request.method === "HEAD");
      }
      if (request.method === "PUT") {
        objects.set(path, body);
        return response.writeHead(200, { etag: '"made"' }).end();
      }
      const object = objects.get(path);
      if (object === undefined)
        return refuse(response, 404, "NoSuchKey", request.method === "HEAD");
      response.writeHead(200, { "content-length": object.length, etag: '"made"' });
      return response.end(request.method === "HEAD" ? undefined : object);
    });
  });
  const fake: FakeS3 = {
    url: server.url,
    requests: server.requests,
    objects,
    busy: 0,
    stop: () => server.stop(),
  };
  return fake;
}

function refuse(response: ServerResponse, status: number, code: string, isHead = false): void {
  response.writeHead(status, { "content-type": "application/xml", "x-amz-request-id": "1" });
  const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>refused</Message><RequestId>1</RequestId></Error>`;
  response.end(isHead ? undefined : xml);
}
