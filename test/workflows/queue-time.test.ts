/** How long a call may wait in the queue of its provider, and what that takes of the step's time. */

import { z } from "zod";
import type { ModelCallDefinition } from "../../graph/definition.ts";
import {
  callWithFakeHost,
  failure,
  FREE,
  reply,
  writerCandidate,
  type FakeAnswers,
} from "../harness/fake-host.ts";

const HOUR_MS = 3_600_000;
const RUN_MS = 10 * HOUR_MS;
const queue = { name: "signalbox/far", longestWaitMs: 30_000 };
const candidates = [writerCandidate("far/one", { queue }), writerCandidate("near/two")];

const call: ModelCallDefinition = {
  models: ["writer"],
  guard: { input: [], output: [] },
  output: z.unknown(),
  system: undefined,
  prompt: () => "Write.",
  messages: undefined,
  deadlineMs: 20_000,
  tools: [],
  maxToolRounds: 8,
  settings: { stepMs: 60_000 },
};

/** The first model fails after an hour, `queuedMs` of which it waited; the others answer. */
function failsAfterAnHour(queuedMs: number): FakeAnswers {
  return {
    candidates,
    attempt(asked, _count, host) {
      if (asked.request.model !== "far/one") return reply("two");
      host.pass(HOUR_MS);
      return failure(asked, "overloaded", { ...FREE, queuedMs });
    },
  };
}

describe("a call in the queue of its provider", () => {
  it("may wait as long as its run has time, and leaves the time of the step as it was", async () => {
    const { value, host } = await callWithFakeHost(call, {
      answers: failsAfterAnHour(HOUR_MS - 5_000),
      runMs: RUN_MS,
    });

    expect(value).toBe("two");
    expect(host.attempts.map(({ label }) => label)).toMatchObject([
      { queue, timeLeftMs: RUN_MS },
      { timeLeftMs: 60_000 - 5_000 },
    ]);
    expect(host.attempts[1]?.label.queue).toBeUndefined();
  });

  it("uses up the time of the step with what is not waiting", async () => {
    const { error } = await callWithFakeHost(call, {
      answers: failsAfterAnHour(HOUR_MS - 61_000),
      runMs: RUN_MS,
    });

    expect(error?.code).toBe("RUN_DEADLINE_PASSED");
  });

  it("never ends after its run", async () => {
    const { error } = await callWithFakeHost(call, {
      answers: failsAfterAnHour(2 * HOUR_MS),
      runMs: HOUR_MS,
    });

    expect(error?.message).toContain("the run");
    expect(error?.code).toBe("RUN_DEADLINE_PASSED");
  });

  it("is not left for another model when there is none", async () => {
    const answers: FakeAnswers = {
      candidates: candidates.slice(0, 1),
      attempt: () => reply("one"),
    };

    const { host } = await callWithFakeHost(call, { answers });

    expect(host.attempts[0]?.label.queue).toEqual({ name: "signalbox/far" });
  });
});
