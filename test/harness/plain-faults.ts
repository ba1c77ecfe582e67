/**
 * Ways in which an upstream that speaks OpenAI's chat completions misbehaves in a plain reply, and what has to come of each. Data alone: a
 * test of the provider, a test of the engine and a benchmark run the same tables.
 */

import { gzipSync } from "node:zlib";
import {
  body,
  CALL,
  choice,
  completion,
  error,
  FAULT_REPLY,
  HTML,
  JSON_TYPE,
  message,
  SPENT,
  type Fault,
} from "./faults.ts";

/** Faults of a plain reply. */
export const PLAIN_FAULTS: readonly Fault[] = [
  { name: "answers 500", wire: error(500, "Internal error"), expected: "unavailable" },
  { name: "answers 502 with a page", wire: body(HTML, { status: 502 }), expected: "unavailable" },
  { name: "answers 503", wire: error(503, "Service unavailable"), expected: "overloaded" },
  { name: "answers 504", wire: error(504, "Gateway timeout"), expected: "timeout" },
  { name: "answers 529", wire: error(529, "Overloaded"), expected: "overloaded" },
  {
    name: "answers 429 and says when to come back",
    wire: error(429, "Slow down", { code: "rate_limit_exceeded" }, { "retry-after": "1" }),
    expected: "rate_limited",
  },
  { name: "answers 429", wire: error(429, "Slow down"), expected: "rate_limited" },
  {
    name: "answers 429 because the account is empty",
    wire: error(429, "You exceeded your quota", { code: "insufficient_quota" }),
    expected: "insufficient_credit",
  },
  { name: "answers 400", wire: error(400, "Unknown parameter: 'seed'"), expected: "bad_request" },
  { name: "answers 401", wire: error(401, "Incorrect API key"), expected: "auth" },
  { name: "answers 402", wire: error(402, "Payment required"), expected: "insufficient_credit" },
  { name: "answers 403", wire: error(403, "Not for you"), expected: "auth" },
  {
    name: "answers 403 because its filter stopped the prompt",
    wire: error(403, "The input was flagged", { metadata: { reasons: ["violence"] } }),
    expected: "content_filtered",
  },
  {
    name: "answers 404",
    wire: error(404, "The model does not exist", { code: "model_not_found" }),
    expected: "not_found",
  },
  {
    name: "answers 400 because the prompt is too long",
    wire: error(400, "This model's maximum context length is 10", {
      code: "context_length_exceeded",
    }),
    expected: "context_length",
  },
  {
    name: "redirects to itself",
    wire: { status: 307, headers: { location: "/v1/chat/completions" } },
    expected: "bad_request",
  },
  { name: "refuses the connection", wire: "refused", expected: "unavailable" },
  {
    name: "resets the connection",
    wire: { status: null, then: "reset" },
    expected: "unavailable",
  },
  {
    name: "closes the connection",
    wire: { status: null, then: "close" },
    expected: "unavailable",
  },
  {
    name: "never answers",
    wire: { status: null, then: "stall" },
    expected: "timeout",
    needsDeadline: true,
  },
  {
    name: "stops after the headers",
    wire: { then: "stall" },
    expected: "timeout",
    needsDeadline: true,
  },
  {
    name: "stops in the middle of the body",
    wire: { body: [completion().slice(0, 80)], then: "stall" },
    expected: "timeout",
    needsDeadline: true,
  },
  {
    name: "sends spaces for ever",
    wire: { body: [" "], pauseMs: 20, isEndless: true },
    expected: "timeout",
    needsDeadline: true,
  },
  {
    name: "cuts the body off",
    wire: { body: [completion().slice(0, 80)], then: "close" },
    expected: "malformed",
  },
  {
    name: "resets the connection in the middle of the body",
    wire: { body: [completion().slice(0, 80)], then: "reset" },
    expected: "malformed",
  },
  { name: "answers 200 with nothing", wire: {}, expected: "malformed" },
  { name: "answers 204", wire: { status: 204 }, expected: "malformed" },
  { name: "answers with a page", wire: body(HTML), expected: "malformed" },
  {
    name: "answers with JSON that is cut",
    wire: body(completion().slice(0, 80)),
    expected: "malformed",
  },
  { name: "answers null", wire: body("null"), expected: "malformed" },
  {
    name: "answers with JSON of another shape",
    wire: body({ reply: "Hi" }),
    expected: "malformed",
  },
  { name: "gives no choices", wire: body({ choices: [], usage: SPENT }), expected: "malformed" },
  { name: "gives a choice without a message", wire: choice({}), expected: "malformed" },
  { name: "gives no content", wire: message({ content: null }), expected: "malformed" },
  { name: "gives empty content", wire: message({ content: "" }), expected: "malformed" },
  { name: "gives content of spaces", wire: message({ content: " \n" }), expected: "malformed" },
  { name: "gives content that is a number", wire: message({ content: 7 }), expected: "malformed" },
  {
    name: "gives tool calls that are no list",
    wire: message({ tool_calls: {} }),
    expected: "malformed",
  },
  {
    name: "gives tool arguments that are not JSON",
    wire: body(completion({ content: null, toolCalls: [CALL], finishReason: "tool_calls" })),
    expected: "malformed",
  },
  {
    name: "ends to call tools without calling any",
    wire: body(completion({ finishReason: "tool_calls", content: null })),
    expected: "malformed",
  },
  {
    name: "gives no finish reason",
    wire: choice({ message: { role: "assistant", content: FAULT_REPLY } }),
    expected: "malformed",
  },
  {
    name: "gives a finish reason that nobody knows",
    wire: body(completion({ finishReason: "brand_new" })),
    expected: "malformed",
  },
  {
    name: "gives an error with status 200",
    wire: error(200, "The upstream is overloaded", { code: 503 }),
    expected: "overloaded",
  },
  {
    name: "gives an error in the choice",
    wire: choice({ error: { code: 429, message: "Slow down" }, finish_reason: "error" }),
    expected: "rate_limited",
  },
  {
    name: "cuts the reply at its length limit",
    wire: body(completion({ finishReason: "length" })),
    expected: "invalid_output",
  },
  {
    name: "filters the reply",
    wire: body(completion({ finishReason: "content_filter", content: null })),
    expected: "content_filtered",
  },
  {
    name: "declines to answer",
    wire: body(completion({ content: null, refusal: "I cannot help with that." })),
    expected: "refused",
  },
  {
    name: "says gzip and sends something else",
    wire: body(completion(), { headers: { ...JSON_TYPE, "content-encoding": "gzip" } }),
    expected: "malformed",
  },
  {
    name: "sends gzip without saying so",
    wire: { headers: JSON_TYPE, body: [gzipSync(completion())] },
    expected: "malformed",
  },
  {
    name: "sends a header without end",
    wire: body(completion(), { headers: { ...JSON_TYPE, filler: "x".repeat(70_000) } }),
    expected: "malformed",
  },
  {
    name: "sends gzip that nobody asked for",
    wire: {
      headers: { ...JSON_TYPE, "content-encoding": "gzip" },
      body: [gzipSync(completion())],
    },
    expected: "reply",
  },
  {
    name: "says that its JSON is text",
    wire: body(completion(), { headers: { "content-type": "text/plain" } }),
    expected: "reply",
  },
  { name: "does not count tokens", wire: body(completion({ usage: null })), expected: "reply" },
  {
    name: "sends its reply in drips",
    wire: { body: completion().match(/.{1,40}/gs) ?? [], pauseMs: 10 },
    expected: "reply",
  },
  {
    name: "knows members that nobody else knows",
    wire: body({ ...JSON.parse(completion()), vibe: "good", reasoning_budget: { left: 3 } }),
    expected: "reply",
  },
];
