/** The health of providers and models as tables for people. */

import type { ProviderHealth } from "../worker/check-providers.ts";
import type { ShownModel } from "./ask-api.ts";
import { formatTable } from "./table.ts";

export function formatProviders(providers: readonly ProviderHealth[]): string {
  const rows = providers.map((row) => [row.provider, describeProvider(row)]);
  return formatTable(["provider", "now"], rows);
}

function describeProvider({ status, durationMs = 0, message = "" }: ProviderHealth): string {
  switch (status) {
    case "well":
      return `answers, after ${formatMs(durationMs)}`;
    case "failing":
      return `fails: ${message}`;
    case "unknown":
      return "not known: its plugin has no check";
  }
}

const HEADS = [
  "model",
  "aliases",
  "breaker",
  "calls",
  "success",
  "p50 / p95",
  "tok/s",
  "headroom",
  "failures",
] as const;

/** @param now - milliseconds since 1970. */
export function formatHealth(models: readonly ShownModel[], now: number): string {
  return formatTable(
    HEADS,
    models.map((row) => toCells(row, now)),
  );
}

function toCells(row: ShownModel, now: number): readonly string[] {
  const { calls, successRate, failures, durationMs, tokensPerSecond, headroom } = row.health;
  const kinds = Object.entries(failures).toSorted(([, one], [, other]) => other - one);
  return [
    row.model,
    row.aliases.join(", ") || "-",
    describeBreaker(row, now),
    formatWeight(calls),
    formatShare(successRate),
    durationMs ? `${formatMs(durationMs.p50)} / ${formatMs(durationMs.p95)}` : "-",
    tokensPerSecond ? formatNumber(tokensPerSecond.p50) : "-",
    formatShare(headroom),
    kinds.map(([kind, weight]) => `${kind} ${formatWeight(weight)}`).join(", ") || "-",
  ];
}

/** Such as `open (provider), 12 s left`. */
function describeBreaker({ health, providerBreaker }: ShownModel, now: number): string {
  const { state, blockedUntil } = health.breaker;
  const isOfProvider = state !== "closed" && providerBreaker.state === state;
  const leftMs = blockedUntil === undefined ? 0 : Date.parse(blockedUntil) - now;
  const left = leftMs > 0 ? `, ${Math.ceil(leftMs / 1_000)} s left` : "";
  return `${state}${isOfProvider ? " (provider)" : ""}${left}`;
}

function formatMs(durationMs: number): string {
  if (durationMs < 1_000) return `${formatNumber(durationMs)} ms`;
  return `${(durationMs / 1_000).toFixed(1)} s`;
}

/** Calls by weight: what is left of one is not none. */
function formatWeight(weight: number): string {
  return weight > 0 && weight < 0.1 ? "< 0.1" : formatNumber(Number(weight.toFixed(1)));
}

function formatNumber(value: number): string {
  return value >= 10 ? String(Math.round(value)) : String(Number(value.toFixed(1)));
}

/** Rounded down: 100 % is all of them. */
function formatShare(share: number | undefined): string {
  return share === undefined ? "-" : `${Math.floor(share * 1_000) / 10} %`;
}
