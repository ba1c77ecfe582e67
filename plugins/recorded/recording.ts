/** One recorded exchange, and the file it is kept in. */

import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { FailureKind } from "../../graph/failure-kinds.ts";
import { PluginError, type ModelFacts, type ModelReply, type ModelRequest } from "../contract.ts";
import { isKnownKind } from "../http/typical-status.ts";

/** What was asked, and how it ended. Redacted. */
export interface Recording {
  readonly format: "signalbox.recording/1";
  readonly provider: string;
  readonly step: string;
  /** Number of the call, from 1: the same request may fail first and be answered then. */
  readonly call: number;
  /** What was known of the model, which decides how it is asked. */
  readonly facts?: ModelFacts;
  readonly request: ModelRequest;
  readonly reply?: ModelReply;
  readonly failure?: RecordedFailure;
}

export interface RecordedFailure {
  readonly kind: FailureKind;
  readonly message: string;
  readonly httpStatus?: number;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
  readonly usage?: ModelReply["usage"];
  readonly costUsd?: number;
  readonly mayBeBilled?: boolean;
}

/** A recording, and the name of its file. */
export interface StoredRecording {
  readonly file: string;
  readonly recording: Recording;
}

const Usage = z.object({
  inputTokens: z.number().optional(),
  cachedInputTokens: z.number().optional(),
  outputTokens: z.number().optional(),
  reasoningTokens: z.number().optional(),
});

/** Names what is read and leaves the rest as it is: who edits a recording by hand learns of slips that matter. */
const File = z.looseObject({
  format: z.literal("signalbox.recording/1"),
  provider: z.string(),
  step: z.string(),
  call: z.int().positive(),
  request: z.looseObject({
    model: z.string(),
    messages: z.array(z.looseObject({ role: z.string() })),
  }),
  reply: z.looseObject({ text: z.string(), finishReason: z.string(), usage: Usage }).optional(),
  failure: z
    .looseObject({
      kind: z.custom<FailureKind>(isKnownKind, "Is no kind of failure"),
      message: z.string(),
    })
    .optional(),
});

/** JSON without spaces, keys in order: the same for the same value. As graph/canonical-json.ts, which plugins cannot import. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(
          Object.entries(member).toSorted(([one], [other]) => (one < other ? -1 : 1)),
        )
      : member,
  );
}

/** What two recordings of the same request have in common, whichever step asked. */
export function hashOf(provider: string, request: ModelRequest): string {
  const text = canonicalJson({ provider, request });
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/**
 * All recordings of a folder.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS when one of them cannot be used.
 */
export function readRecordings(directory: string): readonly StoredRecording[] {
  return listFiles(directory).map((file) => ({ file, recording: readRecording(directory, file) }));
}

/** Writes a recording in one step: its file is there as a whole or not at all. */
export async function writeRecording(
  directory: string,
  recording: Recording,
): Promise<StoredRecording> {
  const { provider, request, step, call } = recording;
  const name = [request.model, step, hashOf(provider, request), call].map(slugOf).join(".");
  const file = `${name}.json`;
  mkdirSync(directory, { recursive: true });
  const temporary = join(directory, `.${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, `${JSON.stringify(recording, undefined, 2)}\n`);
    await rename(temporary, join(directory, file));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return { file, recording };
}

function listFiles(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(".json"))
      .toSorted();
  } catch {
    // A folder that is not there holds nothing.
    return [];
  }
}

function readRecording(directory: string, file: string): Recording {
  const path = join(directory, file);
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    const { reply, failure } = File.parse(value);
    if ((reply === undefined) === (failure === undefined)) {
      throw new Error(`it needs either "reply" or "failure"`);
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Checked above as far as a slip of the hand goes.
    return value as Recording;
  } catch (error) {
    // The parser of JSON quotes what it reads, so its words are not passed on.
    const why = error instanceof SyntaxError ? "it is no JSON" : describeError(error);
    throw new PluginError(
      "PLUGIN_INVALID_OPTIONS",
      `The recording "${path}" cannot be used: ${why}. Mend it, or delete it and record it anew.`,
      { cause: error },
    );
  }
}

function describeError(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}

function slugOf(text: string | number): string {
  return String(text).replaceAll(/[^\w-]+/g, "-");
}
