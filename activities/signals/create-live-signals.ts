/** The live signals of one worker: joins what is remembered of models, providers and steps, and asks other workers. */

import type { NamedLimit, SignalExchange, Signals } from "../../plugins/contract.ts";
import { Gate } from "./gate.ts";
import type { LiveSignals, ObservedCall } from "./live-signals.ts";
import type { ModelList, Named } from "./rosters.ts";
import { SignalBoard } from "./signal-board.ts";

export interface LiveSignalsOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Default: this worker learns alone, and breakers are all that refuses a call. */
  readonly exchange?: SignalExchange;
  /** The limits that the user set for a model. Default: none. */
  readonly limitsOf?: (model: string) => readonly NamedLimit[];
}

/** Makes the signals of one worker. */
export function createLiveSignals(options: LiveSignalsOptions): LiveSignals {
  const board = new SignalBoard(options.now);
  const gate = new Gate(options, (model) => board.guardsOf(model));
  const { exchange } = options;
  const stop = exchange?.subscribe((observation) => board.hear(observation));
  return {
    of: (model) => board.of(model, options.now()),
    rewardOf: (model, place) => board.places.rewardAt(place, model, options.now()),
    ofThisMoment: () => signalsAt(options.now(), board),
    models: () => board.models(),
    outputTokensOf: (place) => board.places.outputTokensAt(place, options.now()),
    observe(call) {
      if (board.observe(call)) exchange?.publish({ call: shared(call) });
    },
    reward(report) {
      board.reward(report);
      exchange?.publish({ reward: report });
    },
    reserveProbe: (model) => gate.reserveProbe(model),
    admit: (wanted) => gate.admit(wanted),
    providerBreaker: (provider) => board.providerBreaker(provider),
    snapshot: () => board.snapshot(),
    load: (snapshot) => board.load(snapshot),
    close: () => stop?.(),
  };
}

function signalsAt(now: number, board: SignalBoard): Signals {
  let asked: { readonly candidates: readonly Named[]; readonly list: ModelList } | undefined;
  /** Found once for all that a router asks of its candidates: to go through hundreds takes as long as all else here. */
  const listOf = (candidates: readonly Named[]): ModelList => {
    if (asked?.candidates !== candidates)
      asked = { candidates, list: board.lists.find(candidates) };
    return asked.list;
  };
  return {
    of: (model) => board.of(model, now),
    rewardOf: (model, place) => board.places.rewardAt(place, model, now),
    ofEach: (candidates) => board.ofEach(listOf(candidates), now),
    rewardOfEach: (candidates, place) => board.places.rewardOfEach(place, listOf(candidates), now),
  };
}

/** What concerns this worker alone stays here. */
function shared({ probe: _probe, ...call }: ObservedCall): ObservedCall {
  if (call.ok) return call;
  const { isCutShort: _isCutShort, ...failed } = call;
  return failed;
}
