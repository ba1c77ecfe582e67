/**
 * Keeps calls from a model, or a provider, that fails: closed, open for a cool-down, then half-open until one call has found
 * out. Pure: every time is given, so the same calls give the same states.
 */

import type { BreakerState } from "../../plugins/contract.ts";
import type { Verdict } from "./health.ts";

/** Fewer would open at the chance failures of a model that is merely busy; each more is a call lost in an outage. */
export const FAILURES_IN_ROW = 5;
/** So many of the last calls are looked at, for a model that answers now and then. */
export const RECENT_CALLS = 20;
/** Most blips are over by then. */
export const FIRST_COOL_DOWN_MS = 5_000;
/** A probe every five minutes costs nothing, and finds a recovery soon enough. */
export const LONGEST_COOL_DOWN_MS = 5 * 60_000;
/** A provider may ask for a day, by mistake or not: a call an hour does it no harm. */
export const LONGEST_WISH_MS = 60 * 60_000;
/** From the decision for a model to its call: hardly more than a moment. */
export const RESERVED_MS = 5_000;
/** Clocks tell whole milliseconds: a call that began right after a change may seem to have begun before it. */
const CLOCK_STEP_MS = 1;

/** How a call ended. */
export interface CallEnd {
  readonly verdict: Verdict;
  readonly startedAt: number;
  readonly endedAt: number;
  /** How long the provider asked to wait. */
  readonly retryAfterMs?: number | undefined;
  /** The probe that this call was. */
  readonly probe?: number | undefined;
}

/** Of a breaker, to go on from elsewhere. */
export interface BreakerMemory {
  readonly coolDownMs: number;
  readonly blockedUntil: number;
}

interface Probe {
  /** Absent: it is reserved, and no call has begun. */
  readonly id: number | undefined;
  /** Then it lapses: whoever had it is gone. */
  readonly until: number;
}

export class Breaker {
  /** The last ones, oldest first. `true`: it failed. */
  #recent: boolean[] = [];
  #inRow = 0;
  /** When it was opened or closed. What began before that says nothing of how things are now. */
  #changedAt = -Infinity;
  /** `undefined`: it is closed. */
  #coolDownMs: number | undefined;
  /** The end of the cool-down; of a closed one, of the provider's wish to be left alone. */
  #blockedUntil = -Infinity;
  /** When the provider told its wish. */
  #wishedAt = -Infinity;
  #probe: Probe | undefined;
  #version = 0;

  /** Another one after each change: what was read of it is out of date then. */
  get version(): number {
    return this.#version;
  }

  stateAt(now: number): BreakerState {
    if (this.#coolDownMs === undefined) return "closed";
    return now < this.#blockedUntil ? "open" : "half-open";
  }

  get blockedUntil(): number {
    return this.#blockedUntil;
  }

  /** Of how many probes in a row this is the length of the cool-down: the same for all workers that saw them. */
  get coolDownMs(): number {
    return this.#coolDownMs ?? 0;
  }

  /** Whether a call finds out at this moment whether it is well. */
  isProbedAt(now: number): boolean {
    return this.#probe !== undefined && now < this.#probe.until;
  }

  /** Keeps the probe, for a moment, for the call of a decision that is being made. */
  mayReserve(now: number): boolean {
    return this.stateAt(now) === "half-open" && !this.isProbedAt(now);
  }

  reserve(now: number): void {
    this.#probe = { id: undefined, until: now + RESERVED_MS };
  }

  /** Whether a call may begin as the probe. Whose reservation it was is not asked: there is one probe either way. */
  mayProbe(now: number): boolean {
    if (this.stateAt(now) !== "half-open") return false;
    return !this.isProbedAt(now) || this.#probe?.id === undefined;
  }

  beginProbe(id: number, until: number): void {
    this.#probe = { id, until };
  }

  endProbe(id: number | undefined): void {
    if (id !== undefined && this.#probe?.id === id) this.#probe = undefined;
  }

  /** Told how a call ended, of whatever state it began in. */
  record(end: CallEnd): void {
    this.endProbe(end.probe);
    if (end.startedAt + CLOCK_STEP_MS < this.#changedAt) return;
    switch (this.stateAt(end.endedAt)) {
      case "closed":
        return this.#count(end);
      case "open":
        // Another worker's probe found it well. Its failures open nothing that is not open.
        if (end.verdict === "well" || end.verdict === "replied") this.#close(end.endedAt);
        return;
      case "half-open":
        return this.#judge(end);
    }
  }

  /** Opens it at once, unless it is open. */
  trip(end: CallEnd): void {
    this.#wish(end);
    if (this.#coolDownMs === undefined) this.#open(FIRST_COOL_DOWN_MS, end.endedAt);
  }

  memory(): BreakerMemory | undefined {
    if (this.#coolDownMs === undefined) return undefined;
    return { coolDownMs: this.#coolDownMs, blockedUntil: this.#blockedUntil };
  }

  /** Goes on from what another worker knew, where nothing was seen here. */
  resume({ coolDownMs, blockedUntil }: BreakerMemory, now: number): void {
    this.#coolDownMs = clamp(coolDownMs, FIRST_COOL_DOWN_MS, LONGEST_COOL_DOWN_MS);
    this.#blockedUntil = Math.min(blockedUntil, now + LONGEST_WISH_MS);
    this.#changedAt = now;
    this.#version += 1;
  }

  #count(end: CallEnd): void {
    const { verdict, endedAt } = end;
    if (verdict === "dead") return this.trip(end);
    if (verdict !== "well" && verdict !== "sick") return;
    const isFailure = verdict === "sick";
    this.#recent = [...this.#recent.slice(1 - RECENT_CALLS), isFailure];
    if (!isFailure) {
      this.#inRow = 0;
      this.#takeBackWish(end);
      return;
    }
    this.#inRow += 1;
    this.#wish(end);
    const failures = this.#recent.filter(Boolean).length;
    const isHalf = failures >= FAILURES_IN_ROW && failures * 2 >= this.#recent.length;
    if (this.#inRow >= FAILURES_IN_ROW || isHalf) this.#open(FIRST_COOL_DOWN_MS, endedAt);
  }

  /** Half-open: the one call that was let through decides. */
  #judge(end: CallEnd): void {
    switch (end.verdict) {
      case "well":
      case "replied":
        return this.#close(end.endedAt);
      case "sick":
      case "dead":
        this.#wish(end);
        return this.#open(2 * this.coolDownMs, end.endedAt);
      case "unknown":
        return;
    }
  }

  #wish({ endedAt, retryAfterMs = 0 }: CallEnd): void {
    // A comparison with NaN is false.
    if (!(retryAfterMs > 0)) return;
    const until = endedAt + Math.min(retryAfterMs, LONGEST_WISH_MS);
    this.#blockedUntil = Math.max(this.#blockedUntil, until);
    this.#wishedAt = endedAt;
    this.#version += 1;
  }

  /** A call that is answered, and began when the wish was told already, shows that it need not be kept. */
  #takeBackWish({ startedAt }: CallEnd): void {
    if (this.#blockedUntil === -Infinity || startedAt < this.#wishedAt) return;
    this.#blockedUntil = -Infinity;
    this.#version += 1;
  }

  #open(coolDownMs: number, now: number): void {
    this.#coolDownMs = Math.min(coolDownMs, LONGEST_COOL_DOWN_MS);
    this.#blockedUntil = Math.max(this.#blockedUntil, now + this.#coolDownMs);
    this.#changedAt = now;
    this.#version += 1;
  }

  #close(now: number): void {
    this.#coolDownMs = undefined;
    this.#blockedUntil = -Infinity;
    this.#recent = [];
    this.#inRow = 0;
    this.#changedAt = now;
    this.#version += 1;
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
