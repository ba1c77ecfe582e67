/** The parts of which answers are made that have a unit or a form of their own. */

import { z } from "zod";
import { FAILURE_KINDS } from "../../graph/failure-kinds.ts";

export const failureKindSchema = z
  .enum(FAILURE_KINDS)
  .meta({ id: "FailureKind", description: "Why an attempt failed. See docs/errors.md." });

export const timeSchema = z.iso
  .datetime()
  .meta({ description: "ISO 8601, in UTC", examples: ["2026-11-25T20:15:30.000Z"] });

export const nanoUsdSchema = z.int().min(0).describe("In 10⁻⁹ USD, a whole number");

export const tokensSchema = z.int().min(0).describe("Tokens");

export const millisecondsSchema = z.number().min(0).describe("Milliseconds");

export const modelNameSchema = z.string().describe("provider/model");

export const stepPathSchema = z
  .string()
  .describe("The step's path, with items and rounds, such as files[2]/gist");

export const jsonSchemaSchema = z
  .record(z.string(), z.unknown())
  .describe("A JSON Schema, draft 2020-12");

/** What is done about what a guardrail finds. */
export const GUARD_ACTIONS = ["block", "redact", "flag", "retry", "fallback", "escalate"] as const;
