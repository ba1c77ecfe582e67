/** What a worker does so that all it tells Temporal goes through its data converter. */

import { readFileSync } from "node:fs";
import type { DataConverter } from "@temporalio/common";
import type { BundleOptions, WorkflowBundleOption } from "@temporalio/worker";
import { openDataConverter, type SignalboxDataConverter } from "../payloads/data-converter.ts";
import { PRIVATE_FAILURES } from "../payloads/failure-converter.ts";
import { PayloadError } from "../payloads/payload-error.ts";

/** The parts of a converter that are bundled: workflows convert by themselves. */
export function bundledParts({
  failureConverterPath,
  payloadConverterPath,
}: DataConverter = {}): Partial<BundleOptions> {
  return {
    ...(failureConverterPath !== undefined && { failureConverterPath }),
    ...(payloadConverterPath !== undefined && { payloadConverterPath }),
  };
}

/**
 * A workflow that fails tells Temporal why by what is in its bundle: one that was made for a worker without encryption would tell it
 * in plain text.
 *
 * @throws {PayloadError} PAYLOADS_PLAIN_FAILURES
 */
export function assertPrivateFailures(
  bundle: WorkflowBundleOption,
  converter: DataConverter | undefined,
): void {
  if (!isOurs(converter) || !converter.isEncrypting) return;
  const code = "code" in bundle ? bundle.code : readFileSync(bundle.codePath, "utf8");
  if (code.includes(PRIVATE_FAILURES)) return;
  throw new PayloadError(
    "PAYLOADS_PLAIN_FAILURES",
    "The bundle of the graphs was made without encryption: errors of runs would be told in plain text. " +
      "Bundle it with the failureConverterPath of the worker's data converter, or let the worker bundle.",
  );
}

/** For a worker of somebody else's: only where the environment asks for it. */
export function converterWhereAsked(
  env: NodeJS.ProcessEnv = process.env,
): DataConverter | undefined {
  const isAsked = env["SIGNALBOX_ENCRYPTION_KEYS"]?.trim() || env["SIGNALBOX_PAYLOADS"]?.trim();
  return isAsked ? openDataConverter({ env }) : undefined;
}

export function isOurs(converter: DataConverter | undefined): converter is SignalboxDataConverter {
  return converter !== undefined && "isEncrypting" in converter && "keyring" in converter;
}
