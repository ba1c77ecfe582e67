/** Reads the options of the local provider, and looks at its file. */

import { closeSync, openSync, readSync } from "node:fs";
import { availableParallelism } from "node:os";
import { z } from "zod";
import { PluginError } from "../contract.ts";
import type { LocalOptions } from "../providers/local.ts";

const Options = z.strictObject({
  model: z.string().min(1),
  id: z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
    .default("local"),
  name: z.string().min(1).optional(),
  contextSize: z.int().min(64).default(4_096),
  maxOutputTokens: z.int().positive().default(1_024),
  maxStringLength: z.int().positive().optional(),
  parallel: z.int().positive().default(1),
  threads: z
    .int()
    .positive()
    .default(Math.max(1, Math.min(8, availableParallelism() - 1))),
  gpu: z.boolean().default(true),
});

/** The options, with defaults filled in. */
export type Settings = z.infer<typeof Options>;

/**
 * The options, if they make sense.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function readOptions(options: LocalOptions): Settings {
  const parsed = Options.safeParse(options);
  if (!parsed.success) {
    throw new PluginError(
      "PLUGIN_INVALID_OPTIONS",
      `The local provider cannot use its options: ${z.prettifyError(parsed.error)}.`,
      { cause: parsed.error },
    );
  }
  checkFile(parsed.data.model);
  return parsed.data;
}

/** A GGUF file says so in its first four bytes. */
function checkFile(path: string): void {
  const start = Buffer.alloc(4);
  let cause: unknown;
  try {
    const file = openSync(path, "r");
    readSync(file, start, 0, 4, 0);
    closeSync(file);
  } catch (error) {
    cause = error;
  }
  if (start.toString("latin1") === "GGUF") return;
  const why = cause === undefined ? "is no GGUF file" : "cannot be read";
  throw new PluginError(
    "PLUGIN_INVALID_OPTIONS",
    `The model file "${path}" of the local provider ${why}. Give "model" the path of a GGUF file.`,
    { cause },
  );
}
