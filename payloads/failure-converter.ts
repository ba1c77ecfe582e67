/**
 * Puts messages and stacks of failures into payloads, where the codec encrypts them. Loaded by Temporal, by its path: in Node, and
 * bundled for the workflow sandbox.
 */

import { DefaultFailureConverter } from "@temporalio/common";

/** A bundle of workflows with this in it tells no failure in plain text. */
export const PRIVATE_FAILURES = "signalbox:private-failures";

/** Temporal asks for it under this name. */
export const failureConverter = Object.assign(
  new DefaultFailureConverter({ encodeCommonAttributes: true }),
  { mark: PRIVATE_FAILURES },
);
