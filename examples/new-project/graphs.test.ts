/** Tests of the graphs. They run in this process: without a server, without a key, in milliseconds. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { simulated } from "signalbox/providers/simulated";
import { runInProcess } from "signalbox/testing";
import { headline } from "./graphs.ts";
import { answerAsSimulated } from "./simulated-answers.ts";

const models = { reader: ["simulated/reader"], writer: ["simulated/first", "simulated/second"] };
const article = { text: "The bridge opens on Monday. Buses will use it first." };

await test("writes a headline from the points of the text", async () => {
  const provider = simulated({ replies: answerAsSimulated });

  const run = await runInProcess(headline, article, { providers: [provider], models });

  assert.deepEqual(run.result, { headline: "In short: The bridge opens on Monday." });
});

await test("asks the next writer when the first is down", async () => {
  const provider = simulated({
    replies: (call) => (call.model === "first" ? { fail: "unavailable" } : answerAsSimulated(call)),
  });

  const { status, attempts } = await runInProcess(headline, article, {
    providers: [provider],
    models,
  });

  assert.equal(status, "completed");
  assert.equal(attempts.at(-1)?.model, "simulated/second");
});
