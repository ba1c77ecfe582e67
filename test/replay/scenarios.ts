/** The runs whose histories are kept: one row each. `npm run record-histories` runs them; see README.md beside this. */

import type { WorkflowHandle } from "@temporalio/client";
import type { SignalboxClient } from "../../client/signalbox-client.ts";
import type { RunStatus } from "../../client/run.ts";
import { CURABLE_KINDS, FAILURE_KINDS, FAILURE_POLICIES } from "../../graph/failure-kinds.ts";
import type { AnyGraph } from "../../graph/graph.ts";
import type { SimulatedCall, SimulatedReply } from "../../plugins/providers/simulated.ts";
import { deciding } from "../fixtures/deciding.ts";
import { everyVerb } from "../fixtures/every-verb.ts";
import {
  askingForObject,
  brokenCallbacks,
  budgeted,
  diamond,
  guarded,
  localVerbs,
  longRefine,
  meteredMap,
  planned,
  plannedLocally,
  reminding,
  threeSteps,
  waiting,
} from "../fixtures/graphs.ts";

import { guardedConfig } from "../harness/guarded-world.ts";
import { plannedConfig } from "../harness/planned-world.ts";
import type { Config } from "../../worker/config.ts";

export interface Scenario {
  /**
   * The file's name, without `.json`. A child's history gets the child's graph after it, a part's the index of its first item, and one
   * of a later execution its number.
   */
  readonly name: string;
  /** Exported by test/fixtures/graphs.ts. */
  readonly graph: AnyGraph;
  readonly input: unknown;
  /** What the models answer. Default: what every step of the fixtures can use. */
  readonly replies?: (call: SimulatedCall) => SimulatedReply;
  /** Default: that of the fixtures, with `replies`. */
  readonly config?: Config;
  /** Decides, sends events or cancels while the run goes on. */
  readonly drive?: (run: DrivenRun) => Promise<void>;
  /** How many events a history may have before the run continues as new. Default: Temporal's own limits. */
  readonly events?: number;
  /** How the run has to end, or nothing is recorded. Default: `"completed"`. */
  readonly ends?: RunStatus;
}

/** A run that waits for something. */
export interface DrivenRun {
  readonly id: string;
  readonly client: SignalboxClient;
  readonly handle: WorkflowHandle;
  /** Resolves once a step waits for its decision or event. */
  readonly untilOpen: (step: string) => Promise<void>;
}

const FINAL_KINDS = FAILURE_KINDS.filter((kind) => !FAILURE_POLICIES[kind].tryNextModel);

export const SCENARIOS: readonly Scenario[] = [
  { name: "in-a-row", graph: threeSteps, input: { body: "card" } },
  { name: "side-by-side", graph: diamond, input: { body: "card" } },
  {
    name: "every-verb-refund",
    graph: everyVerb,
    input: { customer: "Ann", kind: "refund", lines: ["a", "b", "c"] },
  },
  {
    name: "every-verb-question",
    graph: everyVerb,
    input: { customer: "Ann", kind: "question", lines: [] },
  },
  {
    name: "every-verb-spam",
    graph: everyVerb,
    input: { customer: "Ann", kind: "spam", lines: [] },
  },
  {
    name: "decided",
    graph: deciding,
    input: { letter: "Dear Ann" },
    drive: async ({ id, client, untilOpen }) => {
      await untilOpen("signoff");
      await client.decide(id, "signoff", { approved: true });
      await untilOpen("paid");
      await client.sendEvent(id, "paid", { cents: 7 });
    },
  },
  {
    name: "cancelled-while-waiting",
    graph: deciding,
    input: { letter: "Dear Ann" },
    ends: "cancelled",
    drive: async ({ handle, untilOpen }) => {
      await untilOpen("signoff");
      await handle.cancel();
    },
  },
  {
    name: "large-map",
    graph: meteredMap,
    input: {
      items: Array.from({ length: 203 }, (_, index) => (index % 101 === 0 ? index + 1 : 0)),
    },
  },
  {
    name: "callback-error",
    graph: brokenCallbacks,
    input: { where: "prompt" },
    ends: "failed",
  },
  {
    name: "no-model-left",
    graph: threeSteps,
    input: { body: "card" },
    ends: "failed",
    replies: (call) => (call.step === "draft" ? { fail: "not_found" } : defaultReplies(call)),
  },
  {
    name: "budget-raised",
    graph: budgeted,
    input: { say: "hello" },
    drive: async ({ id, client, untilOpen }) => {
      await untilOpen("$budget");
      await client.decide(id, "$budget", { raise: true, calls: 1 }, { by: "ann" });
    },
  },
  {
    name: "budget-not-raised",
    graph: budgeted,
    input: { say: "hello" },
    ends: "failed",
    drive: async ({ id, client, untilOpen }) => {
      await untilOpen("$budget");
      await client.decide(id, "$budget", { raise: false });
    },
  },
  {
    name: "reminded",
    graph: reminding,
    input: { say: "hello" },
    drive: async ({ id, client }) => {
      while (((await client.openSteps(id))[0]?.reminders ?? 0) < 2);
      await client.decide(id, "signoff", { ok: true }, { by: "ann", comment: "fine" });
    },
  },
  {
    name: "asked-again-with-what-was-wrong",
    graph: askingForObject,
    input: { say: "hello" },
    replies: ({ prompt }) => ({ value: { answer: prompt.includes("was refused") ? 3 : -3 } }),
  },
  {
    name: "cancelled-in-calls",
    graph: waiting,
    input: { say: "hello" },
    ends: "cancelled",
    replies: () => ({ stall: true }),
    drive: async ({ id, client, handle }) => {
      while ((await client.get(id)).attempts.length < 2);
      await handle.cancel();
    },
  },
  {
    name: "failed-beside-a-call",
    graph: diamond,
    input: { body: "card" },
    ends: "failed",
    replies: ({ step }) => (step === "left" ? { fail: "auth" } : { stall: true }),
  },
  // Redacted, judged and given to the next model, looked at by a service, left to a person.
  {
    name: "guardrails",
    graph: guarded,
    input: { say: "xyzzy" },
    config: guardedConfig(),
    drive: async ({ id, client, untilOpen }) => {
      await untilOpen("asked/$guard");
      await client.decide(id, "asked/$guard", { allow: true });
    },
  },
  // A cascade that goes up twice, a vote decided early, a vote with a judge, a reward.
  { name: "plans", graph: planned, input: { say: "hello" }, config: plannedConfig() },
  // Markers in place of activities: with tools, tried again after a timer, given to the next model.
  {
    name: "local",
    graph: localVerbs,
    input: { customer: "Ann", lines: ["a", "b", "c"] },
    replies: (call) => {
      if (call.model === "first") return { fail: "overloaded" };
      if (call.step !== "check") return defaultReplies(call);
      return call.prompt.includes("balance")
        ? { value: { fair: true } }
        : { calls: [{ id: "call-1", tool: "findAccount", input: { customer: "Ann" } }] };
    },
  },
  // The same with plans: one of them is cancelled.
  {
    name: "local-plans",
    graph: plannedLocally,
    input: { say: "hello" },
    config: plannedConfig(),
  },
  // Several executions: what the first knows is carried to the next.
  {
    name: "continued",
    graph: longRefine,
    input: { rounds: 4 },
    events: 20,
    replies: ({ step, prompt }) =>
      step.endsWith("/write")
        ? { value: { text: `text ${prompt}` } }
        : { value: { said: prompt.startsWith("review 4 of 4") ? "good" : "bad" } },
  },
  // Kinds that no other model cures.
  ...FINAL_KINDS.map((kind): Scenario => ({
    name: `ended-by-${kind.replaceAll("_", "-")}`,
    graph: threeSteps,
    input: { body: "card" },
    ends: "failed",
    replies: (call) => (call.model === "first" ? { fail: kind } : defaultReplies(call)),
  })),
  // One for each kind: the first model of `draft` fails with it, the second answers.
  ...CURABLE_KINDS.map((kind): Scenario => ({
    name: `fallback-after-${kind.replaceAll("_", "-")}`,
    graph: threeSteps,
    input: { body: "card" },
    replies: (call) => (call.model === "first" ? { fail: kind } : defaultReplies(call)),
  })),
];

/** Has rounds of tools, and of a refine: the second review is content. */
export function defaultReplies({ step, prompt }: SimulatedCall): SimulatedReply {
  if (step === "triage") return { value: { kind: "card" } };
  if (step === "review") return { value: { fit: true } };
  if (step === "left" || step === "right" || step.startsWith("summaries")) return { text: step };
  if (step === "handling/refund/check") {
    return prompt.includes("balance")
      ? { value: { fair: true } }
      : { calls: [{ id: "call-1", tool: "findAccount", input: { customer: "Ann" } }] };
  }
  if (step.endsWith("/review")) {
    return { value: { good: prompt.includes("round 2"), problem: "too short" } };
  }
  return { value: { text: `text of ${step}` } };
}
