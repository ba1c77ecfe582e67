/** `@temporalio/ai-sdk`, in a process of its own with the Node that it needs. */

import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startChild, type Child } from "../load/child.ts";
import type { WorkerReady } from "../load/worker-process.ts";
import { findNewNode, installFromNpm } from "./install.ts";

const TEMPORAL = "1.23.0";

const PACKAGES: readonly string[] = [
  `@temporalio/ai-sdk@${TEMPORAL}`,
  `@temporalio/activity@${TEMPORAL}`,
  `@temporalio/client@${TEMPORAL}`,
  `@temporalio/common@${TEMPORAL}`,
  `@temporalio/worker@${TEMPORAL}`,
  `@temporalio/workflow@${TEMPORAL}`,
  "@ai-sdk/mcp@2",
  "@ai-sdk/openai-compatible@3.0.92",
  "@ai-sdk/provider@4.0.38",
  "ai@7.0.173",
  "zod@4.6.7",
];

/** Built, this lies in `dist/bench/peers/`. */
const SOURCES = new URL("../../../bench/peers/ai-sdk/", import.meta.url);

/**
 * Starts its worker.
 *
 * @throws {PeerUnavailable}
 */
export async function startAiSdk(
  taskQueue: string,
  env: Readonly<Record<string, string>>,
): Promise<Child<WorkerReady>> {
  const node = await findNewNode();
  const folder = await installFromNpm({ name: "ai-sdk", packages: PACKAGES });
  for (const file of ["worker.mjs", "workflows.mjs"]) {
    await copyFile(fileURLToPath(new URL(file, SOURCES)), join(folder, file));
  }
  return startChild(join(folder, "worker.mjs"), { node, env, args: [taskQueue] });
}
