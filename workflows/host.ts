/** What the interpreter needs from the world around it. Temporal is one such world; a unit test can be another. */

import type {
  AttemptFailureDetails,
  AttemptReply,
  AttemptRequest,
  Route,
  RouteRequest,
} from "../activities/contract.ts";

export interface Host {
  /** Decides which models a step may use; recorded, so that a replay never decides again. */
  route(request: RouteRequest): Promise<Route>;
  /** Calls one model. Rejects only when the run itself is over, such as when it was cancelled. */
  attempt(request: AttemptRequest, label: AttemptLabel): Promise<AttemptOutcome>;
}

export interface AttemptLabel {
  /** Unique among the attempts of a run, and the same in every replay. */
  readonly id: string;
  /** One line for people, such as `draft · openai/gpt-5-mini (fallback 1)`. */
  readonly summary: string;
}

export type AttemptOutcome =
  | { readonly ok: true; readonly reply: AttemptReply }
  | { readonly ok: false; readonly failure: AttemptFailure };

/** A failed attempt and what it said. */
export interface AttemptFailure extends AttemptFailureDetails {
  readonly message: string;
}
