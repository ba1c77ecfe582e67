/**
 * Ways in which an upstream that speaks OpenAI's chat completions misbehaves in a streamed reply, and what has to come of each. Data alone: a
 * test of the provider, a test of the engine and a benchmark run the same tables.
 */

import { body, CALL, completion, error, GOOD, HTML, SPENT, type Fault } from "./faults.ts";
import { streamOf, type Completion } from "./openai-bodies.ts";
import type { Wire } from "./wire.ts";

const EVENT_STREAM = { "content-type": "text/event-stream" };

/** Server-sent events; plain text stays as it is. */
function stream(parts: readonly (object | string)[], wire: Wire = {}): Wire {
  const lines = parts.map((part) =>
    typeof part === "string" ? part : `data: ${JSON.stringify(part)}\n\n`,
  );
  return { headers: EVENT_STREAM, ...wire, body: lines };
}

function chunk(delta: object, finishReason: string | null = null): object {
  return { id: "chatcmpl-1", choices: [{ index: 0, delta, finish_reason: finishReason }] };
}

function streamed(changes: Partial<Completion> = {}): Wire {
  return { headers: EVENT_STREAM, body: [streamOf({ ...GOOD, ...changes }, "faulty", 0)] };
}

const FIRST = chunk({ role: "assistant", content: "Freeze " });
const SECOND = chunk({ content: "the card." });
const STOP = chunk({}, "stop");
const USAGE = { id: "chatcmpl-1", choices: [], usage: SPENT };
const DONE = "data: [DONE]\n\n";
const GOOD_EVENTS = [FIRST, SECOND, STOP, USAGE, DONE] as const;

/** Faults of a streamed reply. */
export const STREAM_FAULTS: readonly Fault[] = [
  { name: "answers 500", wire: error(500, "Internal error"), expected: "unavailable" },
  { name: "answers 429", wire: error(429, "Slow down"), expected: "rate_limited" },
  { name: "refuses the connection", wire: "refused", expected: "unavailable" },
  {
    name: "never answers",
    wire: { status: null, then: "stall" },
    expected: "timeout",
    needsDeadline: true,
  },
  {
    name: "stops after the headers",
    wire: { headers: EVENT_STREAM, then: "stall" },
    expected: "timeout",
    needsDeadline: true,
  },
  {
    name: "stops after the first words",
    wire: stream([FIRST], { then: "stall" }),
    expected: "timeout",
    needsDeadline: true,
  },
  {
    name: "says for ever that it is still there",
    wire: stream([": ping\n\n"], { pauseMs: 20, isEndless: true }),
    expected: "timeout",
    needsDeadline: true,
  },
  {
    name: "closes after the headers",
    wire: { headers: EVENT_STREAM, then: "close" },
    expected: "malformed",
  },
  {
    name: "closes in the middle of an event",
    wire: stream([FIRST, 'data: {"choices":[{"del'], { then: "close" }),
    expected: "malformed",
  },
  {
    name: "resets the connection after the first words",
    wire: stream([FIRST], { then: "reset" }),
    expected: "malformed",
  },
  { name: "streams nothing", wire: stream([]), expected: "malformed" },
  { name: "streams its last word alone", wire: stream([DONE]), expected: "malformed" },
  { name: "ends after the first words", wire: stream([FIRST]), expected: "malformed" },
  {
    name: "ends without its last word",
    wire: stream([FIRST, SECOND, STOP, USAGE]),
    expected: "malformed",
  },
  {
    name: "ends in the middle of an event",
    wire: stream([FIRST, 'data: {"choices":[{"del']),
    expected: "malformed",
  },
  { name: "gives no finish reason", wire: stream([FIRST, SECOND, DONE]), expected: "malformed" },
  {
    name: "gives a finish reason that nobody knows",
    wire: streamed({ finishReason: "brand_new" }),
    expected: "malformed",
  },
  {
    name: "streams an event that is not JSON",
    wire: stream([FIRST, "data: {nonsense\n\n", SECOND, STOP, DONE]),
    expected: "malformed",
  },
  {
    name: "streams choices that are no list",
    wire: stream([FIRST, { choices: "none" }, STOP, DONE]),
    expected: "malformed",
  },
  { name: "streams no content", wire: streamed({ content: null }), expected: "malformed" },
  {
    name: "goes on after its last word",
    wire: stream([...GOOD_EVENTS, chunk({ content: " Or not." })]),
    expected: "malformed",
  },
  {
    name: "goes on after the finish reason",
    wire: stream([FIRST, STOP, SECOND, DONE]),
    expected: "malformed",
  },
  {
    name: "streams an error in the middle",
    wire: stream([FIRST, { error: { code: 529, message: "Overloaded" } }]),
    expected: "overloaded",
  },
  {
    name: "streams an event of type error",
    wire: stream([FIRST, 'event: error\ndata: {"message":"rate limit reached"}\n\n']),
    expected: "rate_limited",
  },
  {
    name: "streams an error in the choice",
    wire: stream([FIRST, { choices: [{ index: 0, delta: {}, error: { code: 502 } }] }]),
    expected: "unavailable",
  },
  {
    name: "answers with an error instead of a stream",
    wire: error(200, "The upstream is overloaded", { code: 503 }),
    expected: "overloaded",
  },
  { name: "answers with a page instead of a stream", wire: body(HTML), expected: "malformed" },
  {
    name: "answers with a whole reply instead of a stream",
    wire: body(completion()),
    expected: "malformed",
  },
  {
    name: "streams tool arguments that are cut",
    wire: streamed({ content: null, toolCalls: [CALL], finishReason: "tool_calls" }),
    expected: "malformed",
  },
  {
    name: "cuts the reply at its length limit",
    wire: streamed({ finishReason: "length" }),
    expected: "invalid_output",
  },
  {
    name: "filters the reply",
    wire: streamed({ finishReason: "content_filter" }),
    expected: "content_filtered",
  },
  {
    name: "declines to answer",
    wire: streamed({ content: null, refusal: "I cannot help with that." }),
    expected: "refused",
  },
  {
    name: "says gzip and sends something else",
    wire: { ...streamed(), headers: { ...EVENT_STREAM, "content-encoding": "gzip" } },
    expected: "malformed",
  },
  {
    name: "says its last word twice",
    wire: stream([...GOOD_EVENTS, DONE]),
    expected: "reply",
  },
  {
    name: "gives the finish reason twice",
    wire: stream([FIRST, SECOND, STOP, chunk({ content: "" }, "stop"), USAGE, DONE]),
    expected: "reply",
  },
  { name: "does not count tokens", wire: streamed({ usage: null }), expected: "reply" },
  {
    name: "stays connected after its last word",
    wire: stream(GOOD_EVENTS, { then: "stall" }),
    expected: "reply",
  },
  {
    name: "cuts its events anywhere",
    wire: {
      headers: EVENT_STREAM,
      body: streamOf(GOOD, "faulty", 0).match(/.{1,37}/gs) ?? [],
      pauseMs: 5,
    },
    expected: "reply",
  },
  {
    name: "ends lines as Windows does, with pings between events",
    wire: stream(
      GOOD_EVENTS.flatMap((event) => [
        ": ping\r\n\r\n",
        typeof event === "string"
          ? "data: [DONE]\r\n\r\n"
          : `data: ${JSON.stringify(event)}\r\n\r\n`,
      ]),
    ),
    expected: "reply",
  },
];
