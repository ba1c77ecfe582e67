/** Finds replies, or what a model asks of a tool, that do not fit a schema stricter than the step's. */

import { z } from "zod";
import type { CheckGuardrail, Finding, GuardContent, GuardPart } from "../guardrail-contract.ts";
import {
  invalidGuardOption,
  readGuardOptions,
  type GuardOptions,
} from "../guarding/guard-options.ts";
import { readJsonText } from "../guarding/read-json-text.ts";

/** What the guardrail `schema` can be told. */
export interface SchemaOptions extends GuardOptions {
  /** A zod schema, or JSON Schema as plain data. */
  readonly schema: z.ZodType | Readonly<Record<string, unknown>>;
  /** Check what is asked of this tool. Default: the reply is checked. */
  readonly tool?: string;
}

const ID = "schema";
const MOST_PROBLEMS = 20;

/**
 * Looks at replies, or at the calls of one tool. A reply that is a text may hold the JSON, bare or in one fence.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function schema(options: SchemaOptions): CheckGuardrail {
  const { tool } = options;
  const wanted = readSchema(options.schema);
  const names = namesIn(wanted);
  const read: Reading = { fits: (value) => wanted.safeParseAsync(value), names };
  return {
    id: ID,
    places: [tool === undefined ? "output" : "toolCall"],
    ...readGuardOptions(ID, options),
    check: async (content) => {
      if (content.direction === "input") return [];
      const subjects = tool === undefined ? replyOf(content) : callsOf(content, tool);
      const found = await Promise.all(subjects.map((subject) => look(subject, content, read)));
      return found.flat().slice(0, MOST_PROBLEMS);
    },
  };
}

interface Reading {
  readonly fits: (value: unknown) => Promise<z.ZodSafeParseResult<unknown>>;
  /** Names of members that the schema has, so that no other is shown. */
  readonly names: ReadonlySet<string>;
}

/** One thing that has to fit. */
interface Subject {
  readonly value: unknown;
  readonly path: string;
}

function readSchema(given: SchemaOptions["schema"]): z.ZodType {
  if (given instanceof z.ZodType) return given;
  const hint = "a zod schema, or JSON Schema that zod can read";
  if (typeof given !== "object" || given === null) {
    throw invalidGuardOption(ID, "schema", given, hint);
  }
  try {
    return z.fromJSONSchema(given);
  } catch (error) {
    const why = error instanceof Error ? error.message : "unreadable";
    throw invalidGuardOption(ID, "schema", given, `${hint} (${why})`);
  }
}

function namesIn(wanted: z.ZodType): ReadonlySet<string> {
  const names = new Set<string>();
  const collect = (json: unknown): void => {
    if (typeof json !== "object" || json === null) return;
    for (const [name, member] of Object.entries(json)) {
      if (name === "properties" && typeof member === "object" && member !== null) {
        for (const property of Object.keys(member)) names.add(property);
      }
      collect(member);
    }
  };
  try {
    collect(z.toJSONSchema(wanted, { unrepresentable: "any", io: "input" }));
  } catch {
    // What JSON Schema cannot say is still checked: only its names are not shown.
  }
  return names;
}

/** @throws {Error} when the host does not say what the reply was: nothing passes unseen. */
function replyOf({ reply }: GuardContent): readonly Subject[] {
  if (reply === undefined) throw new Error("the content does not hold the reply's value");
  return reply.value === undefined ? [] : [{ value: reply.value, path: "reply" }];
}

function callsOf({ reply }: GuardContent, tool: string): readonly Subject[] {
  if (reply === undefined) throw new Error("the content does not hold the calls of tools");
  return (reply.toolCalls ?? []).flatMap((call, index) =>
    call.tool === tool ? [{ value: call.input, path: `reply.toolCalls[${index}]` }] : [],
  );
}

async function look(
  { value, path }: Subject,
  content: GuardContent,
  { fits, names }: Reading,
): Promise<readonly Finding[]> {
  const asIs = await fits(value);
  if (asIs.success) return [];
  if (typeof value !== "string") return describe(asIs.error, path, content, names);
  const json = readJsonText(value);
  if (!json.isJson) {
    return [
      {
        kind: "not-json",
        severity: "medium",
        ...spanOf(content, path),
        advice: "The reply is to be JSON and nothing else.",
      },
    ];
  }
  const inside = await fits(json.value);
  return inside.success ? [] : describe(inside.error, path, content, names);
}

function describe(
  { issues }: z.ZodError,
  root: string,
  content: GuardContent,
  names: ReadonlySet<string>,
): readonly Finding[] {
  return issues.map((issue) => {
    const shown = issue.path.map((segment) => showSegment(segment, names)).join(".");
    return {
      kind: "schema-mismatch",
      severity: "medium",
      ...spanOf(content, pathOf(root, issue.path)),
      advice: `${shown === "" ? "The whole" : `"${shown}"`} does not fit the schema: ${tell(issue)}.`,
    };
  });
}

/** Names that the schema does not know are the reply's own words. */
function showSegment(segment: PropertyKey, names: ReadonlySet<string>): string {
  if (typeof segment === "number") return String(segment);
  return names.has(String(segment)) ? String(segment) : "*";
}

/** zod's own words, but where they repeat what was given. */
function tell(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return "it has members that the schema does not name";
  return issue.message.slice(0, 200);
}

function pathOf(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (rest, segment) =>
      typeof segment === "number" ? `${rest}[${segment}]` : `${rest}.${String(segment)}`,
    root,
  );
}

/** The text at that path, with all that is below it. What is not there, or is no text, is about the whole. */
function spanOf({ parts }: GuardContent, path: string): Pick<Finding, "start" | "end"> {
  const there = parts.filter((part) => isBelow(part, path));
  const [first] = there;
  const last = there.at(-1);
  if (first === undefined || last === undefined || first.start === last.end) return {};
  return { start: first.start, end: last.end };
}

function isBelow(part: GuardPart, path: string): boolean {
  const rest = part.path.slice(path.length);
  return (
    part.path.startsWith(path) && (rest === "" || rest.startsWith(".") || rest.startsWith("["))
  );
}
