/** What the workflow asks of the worker and what it gets back. All of it is kept in the history, as JSON. */

import type { GuardStop } from "./guarding/guard.ts";
import type { GuardVerdict } from "./guarding/verdict.ts";
import type { GuardNames } from "../graph/definition.ts";
import type { CallSettings } from "../graph/call-settings.ts";
import type { FailureKind, RecoveryPolicy } from "../graph/failure-kinds.ts";
import type { ModelPrice } from "../graph/money.ts";
import type { JsonSchema } from "../graph/schema.ts";
import type {
  CascadePlan,
  ConsensusPlan,
  JudgePlan,
  RoutePlan,
  ToolCall,
  Turn,
  GuardAction,
  GuardPlace,
  JudgeGuardrail,
} from "../plugins/contract.ts";
import type { RewardReport } from "./signals/live-signals.ts";

export type { GuardStop, GuardVerdict };
export type { CascadePlan, ConsensusPlan, JudgePlan, RewardReport, RoutePlan, ToolCall, Turn };

/** The activities by the names the Temporal UI shows. */
export interface Activities {
  "signalbox.route"(request: RouteRequest): Promise<Route>;
  "signalbox.attempt"(request: AttemptRequest): Promise<AttemptReply>;
  "signalbox.guard"(request: GuardRequest): Promise<GuardReply>;
  /** Takes down what a run says of a reply, for routers to learn from. */
  "signalbox.reward"(report: RewardReport): Promise<void>;
}

export interface RouteRequest {
  /** The graph's id; the workflow type of a hand-written workflow. */
  readonly graph: string;
  /** The step's path in its graph. */
  readonly step: string;
  /** The run's workflow id. */
  readonly run: string;
  readonly workspace: string;
  /** What the step's `routingKey` gives. Absent: it has none. */
  readonly key?: string;
  /** Aliases of the configuration, in order of preference. */
  readonly aliases: readonly string[];
  /** What will be asked: to know how large it is. Not kept in the history, as a route is decided by a local activity. */
  readonly messages: readonly Turn[];
  readonly output: JsonSchema;
  /** Tools that the model is offered. */
  readonly tools?: readonly string[];
  readonly maxOutputTokens?: number;
  /** Guardrails that the graph and the step name. Absent: none. */
  readonly guard?: GuardNames;
}

/** How many models a route lists: a pool may have hundreds, and every route is kept in a history. */
export const MOST_LISTED = 20;

/** The recorded decision which models a step may use, and why. */
export interface Route {
  /** The step this was decided for: lets a replay notice a swapped step. */
  readonly step: string;
  /** In the order in which they are tried; at most {@link MOST_LISTED}. */
  readonly candidates: readonly Candidate[];
  /** Models that may not be used; at most {@link MOST_LISTED}. Absent: none. */
  readonly excluded?: readonly Exclusion[];
  /** How many there are beyond those listed. Absent: none. */
  readonly unlisted?: { readonly candidates: number; readonly excluded: number };
  /** What ranked the models of each alias. */
  readonly routers: Readonly<Record<string, string>>;
  /** Why a router was not followed, such as that it threw: by alias. Absent: all were. */
  readonly problems?: Readonly<Record<string, string>>;
  /** Where the routers' chance came from. */
  readonly seed: number;
  /** What the call is expected to take with the first candidate. Absent: there is none. */
  readonly estimate?: RouteEstimate;
  /** How the candidates are asked. Absent: one after the other until one answers. */
  readonly plan?: RoutePlan;
  /** The most tokens that the offered tools take in a request. Absent: no tools. */
  readonly toolTokens?: number;
  /** Guardrails that are calls of their own. Absent: none. */
  readonly guards?: RouteGuards;
}

/** Guardrails that the workflow has look, in order. */
export interface RouteGuards {
  readonly input: readonly ModelGuard[];
  readonly output: readonly ModelGuard[];
}

/** A guardrail that is a call of its own, and what is done about what it finds. */
export interface ModelGuard {
  readonly name: string;
  readonly action: GuardAction;
  readonly onError: "block" | "allow";
  readonly timeoutMs: number;
  /** Absent: everything. */
  readonly places?: readonly GuardPlace[];
  /** The model that judges. Absent: the guardrail asks by itself, in an activity. */
  readonly judge?: Required<JudgeGuardrail["judge"]>;
}

/** What a guardrail that asks by itself is to look at. */
export interface GuardRequest {
  /** Its name in the configuration. */
  readonly guardrail: string;
  /** The step's path in its graph. */
  readonly step: string;
  /** `provider/model` that is asked, or has answered. Absent: none yet. */
  readonly model?: string;
  readonly messages: readonly Turn[];
  /** Absent: it is about the messages. */
  readonly reply?: Pick<AttemptReply, "value" | "toolCalls">;
}

/** What it said, and what is left of what it looked at. */
export interface GuardReply {
  readonly verdict: GuardVerdict;
  /** It stands in the way. Absent: it does not. */
  readonly stop?: GuardStop & { readonly message: string; readonly correction: string };
  /** With placeholders. Absent: nothing was redacted. */
  readonly messages?: readonly Turn[];
  readonly reply?: Pick<AttemptReply, "value" | "toolCalls">;
}

/** A model that may not be used for a step. */
export interface Exclusion {
  readonly model: string;
  /** For people, such as `"its context window of 8,192 tokens is too small for 9,000"`. */
  readonly why: string;
}

export interface RouteEstimate {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In 10⁻⁹ USD. Absent: the price is not known. */
  readonly costNanoUsd?: number;
  /** The texts were not counted with the model's own tokenizer, or not all of them. Absent: they were. */
  readonly isEstimate?: true;
}

/** A model that may be tried, with what was known of it when the route was decided. */
export interface Candidate extends RecoveryPolicy {
  /** `provider/model`. */
  readonly model: string;
  /** The alias it came from. */
  readonly alias: string;
  /** The router's, comparable within one alias. */
  readonly score: number;
  /** Why it stands where it stands, for people. */
  readonly reason: string;
  /** The arm of an experiment. Absent: none. */
  readonly arm?: string;
  /** What was seen of it lately. Absent: nothing. */
  readonly signals?: SeenSignals;
  /** Absent: not known. */
  readonly price?: ModelPrice;
  /** Tokens of input and output together. Absent: not known. */
  readonly contextWindow?: number;
  /** Absent: not known. */
  readonly maxOutputTokens?: number;
  /** Whether the provider itself holds replies to a JSON schema. Absent: not known. */
  readonly jsonSchema?: boolean;
  /** Where its calls wait for a worker. Absent: in the task queue of the run. */
  readonly queue?: CandidateQueue;
}

/** A task queue of a provider's own. */
export interface CandidateQueue {
  /** Such as `"signalbox/openai"`. */
  readonly name: string;
  /** After which another model is the better wait. Absent: never. */
  readonly longestWaitMs?: number;
}

/** The signals a decision could go by, rounded: they are kept in the history. */
export interface SeenSignals {
  readonly calls: number;
  readonly successRate: number;
  /** Medians. Absent: no answer was seen. */
  readonly firstTokenMs?: number;
  readonly durationMs?: number;
  readonly tokensPerSecond?: number;
  /** From 0 to 1. Absent: not said. */
  readonly headroom?: number;
  /** Absent: closed. */
  readonly breaker?: "open" | "half-open";
  /** Its provider asked not to be called for a while, so it stands behind others. Absent: it did not. */
  readonly isBusy?: true;
}

/** The settings that the worker needs to know of. */
type AttemptSettings = Pick<
  CallSettings,
  "connectMs" | "firstByteMs" | "idleMs" | "patienceMs" | "retryOn" | "sampling" | "stream"
>;

/** How an attempt came about, where it is not simply the next one: kept for whoever reads the history. */
export interface AttemptOrigin {
  /** The plan of the route that it belongs to. Absent: there is none. */
  readonly plan?: RoutePlan["kind"];
  /** Of a plan: it was made because another one failed. */
  readonly isStandIn?: true;
  /** The arm of an experiment that its candidate belongs to. Absent: none. */
  readonly arm?: string;
}

/** Which attempt something is about. */
export interface AttemptIdentity extends AttemptOrigin {
  /** As graph/attempt-id.ts makes it. */
  readonly id: string;
  /** The step's path in its graph. */
  readonly step: string;
  /** `provider/model`. */
  readonly model: string;
  /** Absent: no budget applies. */
  readonly reserved?: Reservation;
}

/** What budgets hold for an attempt until it has ended: the most that it can take, of the limits that apply. */
export interface Reservation {
  /** In 10⁻⁹ USD, a whole number. */
  readonly costNanoUsd?: number;
  readonly tokens?: number;
  readonly calls?: number;
  readonly durationMs?: number;
}

/** The tries of an attempt so far. Temporal counts them too, but not which of them were calls. */
export interface TriesSoFar {
  /** Those in which the model was called. */
  readonly calls: number;
  /** Those in which it might not be, and its leave was waited for. */
  readonly waits: number;
  /** How long they waited in the queue of their provider. Absent: it has none. */
  readonly queuedMs?: number;
  /** How the last call failed. Absent: there was none. */
  readonly lastFailure?: { readonly message: string; readonly details: AttemptFailureDetails };
}

/** What only an attempt that is a local activity has to be told: Temporal gives it no id, and keeps nothing between its tries. */
export interface LocalTry {
  /** The attempt's. */
  readonly id: string;
  /** For all tries that are left, and the waits between them. */
  readonly timeLeftMs: number;
  /** Absent: this is the first one. */
  readonly before?: TriesSoFar;
}

/** When an attempt is to be made again that is a local activity. */
export interface LocalRetry {
  readonly afterMs: number;
  readonly tries: TriesSoFar;
}

export interface AttemptRequest extends AttemptSettings, AttemptOrigin {
  /** The step's path in its graph. */
  readonly step: string;
  /** Guardrails that the graph and the step name; the configuration's own come on top. Absent: none. */
  readonly guard?: GuardNames;
  /** Guardrails that somebody let pass, for this step. Absent: none. */
  readonly waived?: readonly string[];
  /** What guardrails that are calls of their own said of the messages. Absent: there are none. */
  readonly guards?: readonly GuardVerdict[];
  /** Whose run it is. Absent: the default one. */
  readonly workspace?: string;
  /** `provider/model`. */
  readonly model: string;
  readonly messages: readonly Turn[];
  readonly output: JsonSchema;
  /** How long the call may take. */
  readonly deadlineMs: number;
  /** Tools of the configuration that the model may call. */
  readonly tools?: readonly string[];
  readonly maxOutputTokens?: number;
  /** As the route says. Absent: the provider is asked. */
  readonly jsonSchema?: boolean;
  /** As the route says. Absent: not known. */
  readonly price?: ModelPrice;
  /** How often this model was called for this step before. Absent: never. */
  readonly callsBefore?: number;
  /** No other model is left to try, so this one is waited for while its breaker is open. Absent: there is another. */
  readonly isLast?: true;
  /** Absent: no budget applies. For whoever reads the history: the worker does nothing with it. */
  readonly reserved?: Reservation;
  /** It is made as a local activity. Absent: as one that has an id and heartbeats. */
  readonly local?: LocalTry;
}

/** What a call used up. Absent: not known, or nothing. */
export interface Charge {
  readonly inputTokens?: number;
  readonly cachedInputTokens?: number;
  readonly outputTokens?: number;
  readonly reasoningTokens?: number;
  /** In 10⁻⁹ USD, a whole number. Absent: the model's price is not known, or nothing is charged. */
  readonly costNanoUsd?: number;
  /** The provider did not count: these are our own figures. */
  readonly isEstimate?: true;
  /** The call was cut off: a bill may come, for these figures at most as far as they are known. */
  readonly mayBeBilled?: true;
}

/** What a marker tells of a local activity's attempt, since it holds nothing of what that was given. */
export interface LocalMark {
  /** Absent: an event of its own tells which attempt it was. */
  readonly of?: MarkedAttempt;
}

/** An attempt whose request stands in no history. */
export interface MarkedAttempt extends AttemptIdentity {
  /** Of what was asked: its messages as canonical JSON; in hex. Absent: an older worker, which did not say. */
  readonly promptSha256?: string;
}

/** A reply that fits the step's schema, or the tool calls the model wants made first. */
export interface AttemptReply extends Charge, LocalMark {
  /** What each guardrail said, in the order in which they looked. Absent: there are none. */
  readonly guards?: readonly GuardVerdict[];
  /** Guardrails that want a person to decide whether the reply may be used. Absent: none. */
  readonly escalated?: readonly GuardStop[];
  /** Absent where there are tool calls. */
  readonly value?: unknown;
  readonly toolCalls?: readonly ToolCall[];
  readonly durationMs: number;
  /** How long it waited in the queue of its provider, all tries together. Absent: the provider has none. */
  readonly queuedMs?: number;
  /** How often the model was called, when Temporal had to try again. Absent: once. */
  readonly tries?: number;
  /** It was taken from the journal: a worker that was lost had made the call. Absent: the model was called. */
  readonly isFromJournal?: true;
  readonly requestId?: string;
  /** What else the provider said about the call. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** What is known of a failed attempt; travels as the details of its `ApplicationFailure`. */
export interface AttemptFailureDetails extends Charge, LocalMark {
  /** What each guardrail said, in the order in which they looked. Absent: there are none. */
  readonly guards?: readonly GuardVerdict[];
  /** The guardrail that stopped it. Absent: none did. */
  readonly guard?: GuardStop;
  readonly model: string;
  readonly kind: FailureKind;
  readonly durationMs: number;
  /** How long it waited in the queue of its provider, all tries together. Absent: the provider has none. */
  readonly queuedMs?: number;
  /** How often the model was called: more than 1 when Temporal tried again. */
  readonly tries: number;
  /** It was not called at all, because of its breaker, a limit that the user set, a guardrail or its queue: `tries` is 0. */
  readonly notCalled?: true;
  /** What it failed by was taken from the journal: a worker that was lost had made the call. Absent: the model was called. */
  readonly isFromJournal?: true;
  readonly httpStatus?: number;
  readonly requestId?: string;
  /** How long the provider asked to wait: longer than the step has patience for. */
  readonly waitMs?: number;
  /** What the model is told when it is asked again: what was wrong with its reply. */
  readonly correction?: string;
  /** Of a local activity: this was not the end of it. Absent: it was. */
  readonly retry?: LocalRetry;
}

/** What the details of a cancelled attempt's `CancelledFailure` say. */
export type CancelledDetails = Charge & LocalMark;
