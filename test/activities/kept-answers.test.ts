/** Guardrails that ask by themselves, and tools: what they are asked for again when a worker was lost, and what not. */

import { MockActivityEnvironment } from "@temporalio/testing";
import { z } from "zod";
import type { GuardReply } from "../../activities/contract.ts";
import { guardAccess } from "../../activities/guarding/guardrails.ts";
import { createActivities } from "../../activities/index.ts";
import { createLiveSignals } from "../../activities/signals/create-live-signals.ts";
import type { AttemptJournal, CheckGuardrail } from "../../plugins/contract.ts";
import { TOKENS } from "../../worker/token-counter.ts";

type Tries = ConstructorParameters<typeof MockActivityEnvironment>[0];

const entries = new Map<string, string>();
const journal: AttemptJournal = {
  read: async (key) => entries.get(key),
  write: async (key, entry) => void entries.set(key, entry),
};

beforeEach(() => entries.clear());

function activitiesWith(check: CheckGuardrail["check"], run: (key: string) => void = () => {}) {
  const guardrail: CheckGuardrail = { id: "service", cost: "model", check };
  return createActivities({
    providers: new Map(),
    aliases: {},
    tools: {
      mail: {
        description: "Sends a mail.",
        input: z.string(),
        output: z.string(),
        run: async (_input, { idempotencyKey }) => {
          run(idempotencyKey);
          return "sent";
        },
      },
    },
    guarding: guardAccess({ guardrails: { service: guardrail } }),
    routers: {},
    factsOf: () => ({}),
    listed: () => [],
    tokens: TOKENS,
    live: createLiveSignals({ now: () => performance.now() }),
    journal,
  });
}

function look(check: CheckGuardrail["check"], tries?: Tries): Promise<GuardReply> {
  const request = {
    guardrail: "service",
    step: "draft",
    messages: [{ role: "user", content: "Hello" }] as const,
  };
  return new MockActivityEnvironment(tries).run<[], GuardReply, () => Promise<GuardReply>>(() =>
    activitiesWith(check)["signalbox.guard"](request),
  );
}

const finds: CheckGuardrail["check"] = async () => [{ kind: "insult", severity: "high" }];

const away: CheckGuardrail["check"] = async () => {
  throw new Error("away");
};

describe("a guardrail that asks by itself", () => {
  it("is not asked again for a verdict that a lost worker had", async () => {
    const first = await look(finds);
    const again = jest.fn(finds);

    const second = await look(again, { attempt: 2 });

    expect(again).not.toHaveBeenCalled();
    expect(second).toEqual(first);
  });

  it("is asked again where no verdict was kept", async () => {
    const again = jest.fn(finds);

    const { verdict } = await look(again, { attempt: 2 });

    expect(again).toHaveBeenCalledTimes(1);
    expect(verdict.outcome).toBe("found");
  });

  it("is asked again where it could not tell", async () => {
    await expect(look(away)).rejects.toMatchObject({ type: "GUARDRAIL_FAILED" });

    const { verdict } = await look(finds, { attempt: 2 });

    expect(verdict.outcome).toBe("found");
    expect(entries.size).toBe(1);
  });
});

it("gives a tool the same key however often a call is made, and another for another call", async () => {
  const keys: string[] = [];
  const { mail } = activitiesWith(
    async () => [],
    (key) => keys.push(key),
  );
  const call = (tries: Tries): Promise<unknown> =>
    new MockActivityEnvironment(tries).run<[], unknown, () => Promise<unknown>>(async () =>
      mail?.("Hello"),
    );

  await call({ activityId: "mail" });
  await call({ activityId: "mail", attempt: 2 });
  await call({ activityId: "mail[1]" });

  expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), keys[0], expect.any(String)]);
  expect(keys[2]).not.toBe(keys[0]);
});
