/** What the client refuses a request with. */

import { ClientError, type ClientErrorCode } from "../../client/client-error.ts";

/** Rejects where it does not refuse, or with anything else. */
export async function refusalOf(request: Promise<unknown>): Promise<ClientError> {
  const error = await request.catch((reason: unknown) => reason);
  if (error instanceof ClientError) return error;
  throw new Error(`Expected a ClientError, got ${String(error)}`);
}

export async function codeOf(request: Promise<unknown>): Promise<ClientErrorCode> {
  return (await refusalOf(request)).code;
}
