/** Holds money, tokens, calls and time for one model call before it is made: what is not held is not spent. */

import {
  amountsOf,
  createRaiseSchema,
  describeAmount,
  BUDGET_QUESTION,
  type Amounts,
  NO_AMOUNTS,
  type BudgetRaise,
} from "../graph/budget.ts";
import { boundCost } from "../graph/money.ts";
import { nameWait } from "../graph/timer-words.ts";
import { boundInputTokens } from "../graph/token-bound.ts";
import type { AttemptRequest, Charge } from "../activities/contract.ts";
import { describeShortage } from "./give-up.ts";
import type { Hold, Ledger, Shortage } from "./ledger.ts";
import { receive } from "./receive.ts";
import type { Totals } from "./run-record.ts";
import type { StepContext } from "./step-context.ts";

/** `shortage`: what stands against the call. */
export type Held =
  | { readonly ok: true; readonly hold: Hold; readonly request: AttemptRequest }
  | { readonly ok: false; readonly shortage: Shortage };

/** A call that is not held yet. */
export interface Wanted {
  /** Asked anew after each wait: its deadline depends on the time that is left. */
  request(): AttemptRequest;
  /** Tokens that the offered tools take. */
  readonly toolTokens: number | undefined;
  /** Told how long each wait took. */
  waited(waitedMs: number): void;
}

/**
 * Holds the most that the call can take. Waits while calls in flight hold what may come back, and for somebody's word
 * where the budget says `"ask"`.
 */
export async function holdForCall(wanted: Wanted, context: StepContext): Promise<Held> {
  const { ledger, host } = context;
  for (;;) {
    const request = wanted.request();
    const need = mostOfCall(request, wanted.toolTokens);
    const result = ledger.hold(need);
    if (result.ok) return { ...result, request: { ...request, ...reservedFor(need, ledger) } };
    const since = host.now();
    if (!(await mayFitNow(result.shortage, context))) return result;
    wanted.waited(host.now() - since);
  }
}

/** Waits for what may end a shortage; gives whether anything may. */
async function mayFitNow(shortage: Shortage, context: StepContext): Promise<boolean> {
  if (shortage.isTemporary) {
    await context.ledger.change();
    return true;
  }
  const { atLimit, isDeclined } = shortage.ledger;
  return atLimit === "ask" && !isDeclined && isRaised(shortage, context);
}

/** All that was left. */
interface Rest {
  readonly hold: Hold;
  readonly held: Amounts;
  /** The same, of the limits that apply. */
  readonly limits: Partial<Amounts>;
}

/** Holds everything that is left. Waits until no call in flight holds any of it. */
async function holdRest({ ledger }: StepContext): Promise<Rest> {
  while (ledger.isHeld()) await ledger.change();
  const limits = ledger.left();
  const held = { ...NO_AMOUNTS, ...limits };
  return { hold: ledger.holdRest(held), held, limits };
}

/**
 * Runs what keeps account by itself, as a run of its own does: it is given all that is left.
 *
 * @param run - is told what it may use up; gives what it has used up, if that is known.
 */
export async function spendRest<O extends { readonly totals?: Totals | undefined }>(
  context: StepContext,
  run: (limits: Partial<Amounts>) => Promise<O>,
): Promise<O> {
  const { hold, held, limits } = await holdRest(context);
  // Of a run that ends without a word nothing is known, so all of it counts as used.
  let used = held;
  try {
    const outcome = await run(limits);
    if (outcome.totals) {
      context.run.record.addSub(outcome.totals);
      used = usedByRun(outcome.totals);
    }
    return outcome;
  } finally {
    hold.settle(used);
  }
}

/** The most that a call can use up. */
function mostOfCall(request: AttemptRequest, toolTokens = 0): Amounts {
  const { price, maxOutputTokens = 0, deadlineMs } = request;
  const inputTokens = boundInputTokens({ ...request, toolTokens });
  const tokens = { inputTokens, outputTokens: maxOutputTokens };
  return {
    usd: price ? Number(boundCost(tokens, price)) : 0,
    tokens: inputTokens + maxOutputTokens,
    calls: 1,
    seconds: deadlineMs,
  };
}

/** What is told of it in the request: of the limits that apply. */
function reservedFor(need: Amounts, ledger: Ledger): Pick<AttemptRequest, "reserved"> {
  const reserved = {
    ...(ledger.isLimited("usd") && { costNanoUsd: need.usd }),
    ...(ledger.isLimited("tokens") && { tokens: need.tokens }),
    ...(ledger.isLimited("calls") && { calls: need.calls }),
    ...(ledger.isLimited("seconds") && { durationMs: need.seconds }),
  };
  return Object.keys(reserved).length > 0 ? { reserved } : {};
}

/** What a call has used up. */
export function usedBy(
  charge: Charge & { readonly durationMs: number; readonly notCalled?: true },
): Amounts {
  const { costNanoUsd = 0, inputTokens = 0, outputTokens = 0, durationMs, notCalled } = charge;
  return {
    usd: costNanoUsd,
    tokens: inputTokens + outputTokens,
    calls: notCalled ? 0 : 1,
    seconds: durationMs,
  };
}

/** What a run has used up. */
function usedByRun(totals: Totals): Amounts {
  const { spentNanoUsd, inputTokens, outputTokens, attempts, callMs } = totals;
  return {
    usd: spentNanoUsd,
    tokens: inputTokens + outputTokens,
    calls: attempts,
    seconds: callMs,
  };
}

/** Asks once, however many steps are stopped by the same limit. */
async function isRaised(shortage: Shortage, context: StepContext): Promise<boolean> {
  const { ledger } = shortage;
  const asked = ledger.question;
  // Of a question that is withdrawn with the step that asked, nothing is known: then this step asks.
  if (asked) return asked.catch(() => true);
  const question = askToRaise(shortage, context).finally(() => {
    ledger.question = undefined;
  });
  ledger.question = question;
  return question;
}

async function askToRaise(shortage: Shortage, context: StepContext): Promise<boolean> {
  const { ledger, limit, need, left } = shortage;
  const step = ledger.path === "" ? BUDGET_QUESTION : `${ledger.path}/${BUDGET_QUESTION}`;
  const show = {
    question: `Raise the budget? ${describeShortage(shortage)}.`,
    limit,
    allowed: describeAmount(limit, ledger.limits[limit] ?? 0),
    left: describeAmount(limit, left),
    need: describeAmount(limit, need),
    step: context.path,
  };
  const question = receive(
    { kind: "approval", step, schema: createRaiseSchema(limit), show, timeoutMs: undefined },
    context,
    nameWait(step, "approval", "the budget"),
  );
  const received = await context.run.gate.whileLong(question);
  if (received === undefined) return false;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Its schema has just accepted it.
  const { raise, ...by } = received.value as BudgetRaise;
  if (raise) ledger.raise(amountsOf(by));
  // A no is for all that comes: nobody is asked again for each item of a map.
  else ledger.isDeclined = true;
  return raise;
}
