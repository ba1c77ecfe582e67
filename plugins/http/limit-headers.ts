/**
 * What is left of a vendor's limits, as the headers of its answer say. Vendors name them each in their own way; what
 * makes no sense, such as Azure's -1, is left out.
 */

import type { LimitLeft, ProviderLimits } from "../contract.ts";
import { readReset, type Headers } from "./retry-delay.ts";

type Unit = keyof ProviderLimits;
type Field = "limit" | "remaining" | "reset";

/** One limit as it is put together: each part has a header of its own. */
interface Parts {
  readonly unit: Unit;
  limit?: number;
  remaining?: number;
  resetMs?: number;
}

/**
 * The limits of requests and of tokens. Of several of one kind, such as those of a minute and of a day, the one of which
 * the smallest share is left. `undefined`: the headers say nothing of use.
 *
 * @param now - milliseconds since 1970.
 * @see https://platform.openai.com/docs/guides/rate-limits
 * @see https://docs.anthropic.com/en/api/rate-limits#response-headers
 * @see https://console.groq.com/docs/rate-limits
 * @see https://github.com/mistralai/client-ts/issues/169
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export function readLimits(headers: Headers, now: number): ProviderLimits | undefined {
  const found = [...readSeparate(headers, now), ...readStructured(headers)];
  const limits = {
    ...scarcest(found, "requests"),
    ...scarcest(found, "tokens"),
  };
  return Object.keys(limits).length === 0 ? undefined : limits;
}

/** `x-ratelimit-limit-tokens`, `x-ratelimitbysize-remaining-minute`, `ratelimit-reset`. */
const USUAL_NAME = /^((?:x-)?ratelimit(?:bysize)?)-(limit|remaining|reset)(?:-([a-z-]+))?$/;
/** `anthropic-ratelimit-input-tokens-remaining`. */
const ANTHROPIC_NAME = /^(anthropic-ratelimit)-([a-z-]+)-(limit|remaining|reset)$/;

function readSeparate(headers: Headers, now: number): Parts[] {
  const found = new Map<string, Parts>();
  for (const [name, value] of Object.entries(headers)) {
    const header = readName(name);
    if (header === undefined) continue;
    const parts = found.get(header.key) ?? { unit: header.unit };
    found.set(header.key, parts);
    if (header.field === "reset") parts.resetMs = readReset(value, now);
    else parts[header.field] = readAmount(value);
  }
  return [...found.values()];
}

/** `key` is the same for the headers of one limit. */
function readName(name: string): { key: string; unit: Unit; field: Field } | undefined {
  const usual = USUAL_NAME.exec(name);
  const [, family, kind = "", word] = usual
    ? [usual[0], usual[1], usual[3], usual[2]]
    : [...(ANTHROPIC_NAME.exec(name) ?? [])];
  const field = (["limit", "remaining", "reset"] as const).find((known) => known === word);
  if (family === undefined || field === undefined) return undefined;
  const unit = family.endsWith("bysize") ? "tokens" : unitOf(kind);
  return unit === undefined ? undefined : { key: `${family} ${kind}`, unit, field };
}

/** A limit without a name is one of requests. What counts images or bytes is none of ours. */
function unitOf(kind: string): Unit | undefined {
  if (kind.includes("token")) return "tokens";
  const isOfRequests = kind === "" || (kind.includes("req") && !kind.includes("concurrent"));
  return isOfRequests ? "requests" : undefined;
}

/** A number alone; or, as older drafts have it, with a list of policies behind it: `100, 100;w=60`. */
function readAmount(value: string): number | undefined {
  const [, amount] = /^\s*(\d{1,15}(?:\.\d+)?)\s*(?:[,;].*\bw=\d.*)?$/.exec(value) ?? [];
  return amount === undefined ? undefined : Number(amount);
}

/**
 * The IETF's `RateLimit` and `RateLimit-Policy`: `"default";r=50;t=30` with `"default";q=100;w=60`, or, in older drafts,
 * `limit=100, remaining=50, reset=30`.
 */
function readStructured(headers: Headers): Parts[] {
  const items = readItems(headers["ratelimit"]);
  if (items.some(({ name }) => name.startsWith("limit="))) return readOlder(items);
  const policies = readItems(headers["ratelimit-policy"]);
  return items.flatMap(({ name, parameters }) => {
    const policy = policies.find((each) => each.name === name)?.parameters;
    const unit = unitOf(policy?.["qu"] ?? (name.includes("token") ? "tokens" : ""));
    if (unit === undefined) return [];
    const { r = "", t } = parameters;
    const resetMs = t === undefined ? undefined : readAmount(t);
    return [
      {
        unit,
        limit: readAmount(policy?.["q"] ?? ""),
        remaining: readAmount(r),
        ...(resetMs === undefined ? {} : { resetMs: resetMs * 1_000 }),
      },
    ];
  });
}

function readOlder(items: readonly Item[]): Parts[] {
  const parts: Parts = { unit: "requests" };
  for (const { name } of items) {
    const [field, value = ""] = name.split("=");
    const amount = readAmount(value);
    if (amount === undefined) continue;
    if (field === "reset") parts.resetMs = amount * 1_000;
    if (field === "limit" || field === "remaining") parts[field] = amount;
  }
  return [parts];
}

interface Item {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A structured field's list, as far as it is used: no commas and semicolons within quotes. */
function readItems(value = ""): Item[] {
  return value
    .slice(0, 2_000)
    .split(",")
    .map((text) => {
      const [name = "", ...parameters] = text.split(";").map((part) => part.trim());
      const pairs = parameters.map((parameter) => parameter.split("=").map(unquote));
      return {
        name: unquote(name),
        parameters: Object.fromEntries(pairs.map(([key = "", given = ""]) => [key, given])),
      };
    });
}

function unquote(text: string): string {
  return text.trim().replace(/^"|"$/g, "").toLowerCase();
}

function scarcest(found: readonly Parts[], unit: Unit): Partial<Record<Unit, LimitLeft>> {
  let least: LimitLeft | undefined;
  for (const parts of found) {
    const left = parts.unit === unit ? toLimitLeft(parts) : undefined;
    if (left === undefined) continue;
    if (least === undefined || shareOf(left) < shareOf(least)) least = left;
  }
  return least === undefined ? {} : { [unit]: least };
}

/** Without the limit nobody can tell whether what remains is much. */
function toLimitLeft({ limit = 0, remaining, resetMs }: Parts): LimitLeft | undefined {
  if (limit <= 0 || remaining === undefined) return undefined;
  return {
    limit,
    remaining: Math.min(remaining, limit),
    ...(resetMs === undefined ? {} : { resetMs }),
  };
}

function shareOf({ remaining, limit }: LimitLeft): number {
  return remaining / limit;
}
