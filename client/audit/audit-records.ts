/**
 * Makes the audit records of a run from its events: one for each event, and further ones for what else that tells, such as a fallback.
 * Pure: the same events make the same records, byte for byte, however many are given at a time.
 */

import type { GuardVerdict, Reservation } from "../../activities/contract.ts";
import type { AuditRecord, AuditType } from "../../audit/record.ts";
import { canonicalJson } from "../../graph/canonical-json.ts";
import { workspaceOf } from "../../graph/run-id.ts";
import type { AttemptEnded, AttemptStarted, RunEvent } from "../run-event.ts";
import type { ContentKind, RunContent } from "../trail/contents.ts";
import {
  nameAttempt,
  sayEnded,
  sayJudged,
  sayReserved,
  saySettled,
  sayStarted,
  sayVerdict,
  type NamedAttempt,
} from "./attempt-words.ts";
import { attributesOf, type AuditAttribute, type Said } from "./attributes.ts";
import { sayRoute } from "./route-words.ts";
import {
  sayDecided,
  sayRunEnded,
  sayRunStarted,
  sayStepEnded,
  sayStepStarted,
  sayWaiting,
} from "./run-words.ts";
import { StepModels } from "./step-models.ts";

export interface AuditedRun {
  readonly id: string;
  /** Default: as its start tells; without that, what its id begins with. */
  readonly workspace?: string;
}

/** A record of its event that has no place yet. */
interface Note {
  readonly type: AuditType;
  readonly said: Said;
  /** Sets it apart from the others of the event. Absent: it is the event itself. */
  readonly suffix?: string;
}

const HASHES: Readonly<Record<ContentKind, AuditAttribute>> = {
  input: "signalbox.input.hmac",
  prompt: "signalbox.prompt.hmac",
  reply: "signalbox.reply.hmac",
  decision: "signalbox.decision.hmac",
  comment: "signalbox.comment.hmac",
  result: "signalbox.result.hmac",
};

/** @param contents - what is known of what the events do not tell: hashes of it are told. */
export function auditRecordsOf(
  run: AuditedRun,
  events: readonly RunEvent[],
  contents: readonly RunContent[] = [],
): readonly AuditRecord[] {
  return new AuditRecords(run).read(events, contents);
}

/** The records of one run. Its events are to be given once each, in their order. */
export class AuditRecords {
  readonly #run: string;
  #workspace: string;
  readonly #isGiven: boolean;
  readonly #models = new StepModels();
  /** By attempt. */
  readonly #reserved = new Map<string, Reservation>();
  /** By attempt: what was told of guardrails. */
  readonly #verdicts = new Map<string, Set<string>>();
  /** Behind the ids of what the run has done since it was reset: Temporal counts its events from there on again. */
  #mark = "";
  /** Of the events that were read: the ids of their records. */
  readonly #ids = new Map<string, string>();

  constructor({ id, workspace }: AuditedRun) {
    this.#run = id;
    this.#workspace = workspace ?? workspaceOf(id) ?? "default";
    this.#isGiven = workspace !== undefined;
  }

  /** @param contents - of these events. */
  read(events: readonly RunEvent[], contents: readonly RunContent[] = []): readonly AuditRecord[] {
    const hashes = new Map<string, Said>();
    for (const { event, kind, hmac } of contents) {
      hashes.set(event, { ...hashes.get(event), [HASHES[kind]]: hmac });
    }
    return events.flatMap((event) => {
      this.#learn(event);
      return this.#notesOf(event).map((note) => this.#place(event, note, hashes.get(event.id)));
    });
  }

  /** The id of the record of an event that was read. */
  idOf(event: string): string {
    return this.#ids.get(event) ?? `${this.#run}#${event}`;
  }

  #learn(event: RunEvent): void {
    if (event.type === "run.started" && !this.#isGiven) {
      this.#workspace = event.workspace ?? this.#workspace;
    }
    // The end of it is random, and tells this reset from any other of the run.
    if (event.type === "run.reset") this.#mark = `@${event.execution.slice(-12)}`;
    this.#ids.set(event.id, `${this.#run}#${event.id}${this.#mark}`);
  }

  #place(
    { id, at }: RunEvent,
    { type, said, suffix }: Note,
    hashes: Said | undefined,
  ): AuditRecord {
    const name = this.idOf(id);
    return {
      id: suffix === undefined ? name : `${name}:${suffix}`,
      at,
      type,
      workspace: this.#workspace,
      run: this.#run,
      attributes: attributesOf(suffix === undefined ? { ...said, ...hashes } : said),
    };
  }

  #notesOf(event: RunEvent): readonly Note[] {
    const { type } = event;
    switch (type) {
      case "run.started":
        return [{ type, said: sayRunStarted(event) }];
      case "route.decided":
        return [{ type, said: sayRoute(event.route) }];
      case "attempt.started":
        return this.#noteStarted(event);
      case "attempt.ended":
        return this.#noteEnded(event);
      case "attempt.judged": {
        const { kind, guards } = event.verdict;
        this.#models.fail(event.step, event.attemptId, kind);
        return [...this.#noteVerdicts(event, guards), { type, said: sayJudged(event) }];
      }
      case "step.started":
        return [{ type, said: sayStepStarted(event) }];
      case "step.ended":
        return [{ type, said: sayStepEnded(event) }];
      case "step.waiting":
        return [{ type, said: sayWaiting(event) }];
      case "step.decided":
        return [{ type, said: sayDecided(event) }];
      case "run.reset":
        return [{ type, said: { "signalbox.temporal.run_id": event.execution } }];
      case "run.cancel_requested":
        return [{ type, said: {} }];
      case "run.ended":
        return [{ type, said: sayRunEnded(event) }];
    }
  }

  #noteStarted(event: AttemptStarted): readonly Note[] {
    const { attemptId, reserved, type } = event;
    const fallback = this.#models.begin(event);
    if (reserved) this.#reserved.set(attemptId, reserved);
    return [
      ...(fallback ? [further("fallback", fallback)] : []),
      ...(reserved
        ? [further("budget.reserved", { ...nameAttempt(event), ...sayReserved(reserved) })]
        : []),
      { type, said: sayStarted(event) },
    ];
  }

  #noteEnded(event: AttemptEnded): readonly Note[] {
    const { attemptId, attempt, type } = event;
    const { step, model, kind, guards, isFromJournal } = attempt;
    const named = { attemptId, step, model };
    const reserved = this.#reserved.get(attemptId);
    this.#models.fail(step, attemptId, kind);
    return [
      ...this.#noteVerdicts(named, guards),
      ...(isFromJournal ? [further("attempt.replayed", nameAttempt(named))] : []),
      ...(reserved
        ? [further("budget.settled", { ...nameAttempt(named), ...saySettled(reserved, attempt) })]
        : []),
      { type, said: sayEnded(event) },
    ];
  }

  /** What comes later repeats what came before. */
  #noteVerdicts(
    attempt: NamedAttempt,
    verdicts: readonly GuardVerdict[] | undefined = [],
  ): readonly Note[] {
    const known = this.#verdicts.get(attempt.attemptId) ?? new Set();
    this.#verdicts.set(attempt.attemptId, known);
    const fresh = verdicts.filter((verdict) => !known.has(canonicalJson(verdict)));
    for (const verdict of fresh) known.add(canonicalJson(verdict));
    return fresh.map((verdict, index) => ({
      type: "guardrail.verdict",
      said: { ...nameAttempt(attempt), ...sayVerdict(verdict) },
      suffix: `guardrail.verdict.${index + 1}`,
    }));
  }
}

function further(type: AuditType, said: Said): Note {
  return { type, said, suffix: type };
}
