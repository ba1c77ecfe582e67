/** Asks the moderation API of OpenAI or Mistral about what goes in and out. */

import { PluginError, ProviderError } from "../contract.ts";
import type { CheckGuardrail, Finding } from "../guardrail-contract.ts";
import {
  invalidGuardOption,
  readGuardOptions,
  type GuardOptions,
} from "../guarding/guard-options.ts";
import { piecesOf } from "../guarding/moderation/pieces.ts";
import { readModerated, type Moderated } from "../guarding/moderation/read-scores.ts";
import { checkHeader, checkURL, httpClient, type HttpClient } from "../http/http.ts";
import { readJsonBody } from "../http/inspect-answer.ts";
import { findKey, type KeyOptions } from "../vendors/environment-key.ts";

/** What the guardrail `moderation` can be told. */
export interface ModerationOptions extends Omit<GuardOptions, "restore">, KeyOptions {
  readonly provider: "openai" | "mistral";
  /** Default: the vendor's newest, `omni-moderation-latest` or `mistral-moderation-latest`. */
  readonly model?: string;
  /** Default: the vendor's own. */
  readonly baseURL?: string;
  /** The score, from 0 to 1, from which a category counts, by its name with the vendor. Default: the vendor's own verdict. */
  readonly thresholds?: Readonly<Record<string, number>>;
}

const ID = "moderation";
const VENDORS = {
  openai: {
    baseURL: "https://api.openai.com/v1",
    model: "omni-moderation-latest",
    key: "OPENAI_API_KEY",
  },
  mistral: {
    baseURL: "https://api.mistral.ai/v1",
    model: "mistral-moderation-latest",
    key: "MISTRAL_API_KEY",
  },
} as const;
/** Pieces in one request. */
const MOST_PIECES = 16;

/**
 * The kinds of its findings are the vendor's categories, such as `hate-threatening`. It needs the key when it is made.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS, PLUGIN_MISSING_KEY
 */
export function moderation(options: ModerationOptions): CheckGuardrail {
  const { provider, thresholds = {} } = options;
  if (!Object.hasOwn(VENDORS, provider)) {
    throw invalidGuardOption(ID, "provider", provider, '"openai" or "mistral"');
  }
  const vendor = VENDORS[provider];
  const baseURL = options.baseURL ?? vendor.baseURL;
  checkURL(baseURL, "baseURL");
  for (const [category, score] of Object.entries(thresholds)) {
    if (!(score > 0 && score <= 1)) {
      throw invalidGuardOption(ID, `thresholds.${category}`, score, "a score above 0, 1 at most");
    }
  }
  const api: Api = {
    url: `${baseURL.replace(/\/+$/, "")}/moderations`,
    model: options.model ?? vendor.model,
    ...connect(provider, options, vendor.key),
  };
  return {
    id: ID,
    cost: "model",
    ...readGuardOptions(ID, options),
    check: async ({ text }, { signal }) => {
      const moderated = await moderate(api, piecesOf(text), signal);
      return findingsOf(moderated, thresholds);
    },
  };
}

interface Api {
  readonly url: string;
  readonly model: string;
  readonly key: string;
  readonly http: HttpClient;
}

function connect(
  provider: string,
  options: ModerationOptions,
  variable: string,
): Pick<Api, "key" | "http"> {
  const key = findKey(options, [variable]);
  if (key === undefined) {
    throw new PluginError(
      "PLUGIN_MISSING_KEY",
      `The guardrail "${ID}" has no key of ${provider}. Set ${variable}, or give it \`apiKey\`.`,
    );
  }
  checkHeader("authorization", key);
  return { key, http: httpClient({ secrets: [key] }) };
}

async function moderate(
  api: Api,
  pieces: readonly string[],
  signal: AbortSignal,
): Promise<readonly Moderated[]> {
  const moderated: Moderated[] = [];
  for (let at = 0; at < pieces.length; at += MOST_PIECES) {
    // oxlint-disable-next-line no-await-in-loop -- One request at a time: vendors limit how many there may be.
    moderated.push(...(await ask(api, pieces.slice(at, at + MOST_PIECES), signal)));
  }
  return moderated;
}

/** @throws {ProviderError} without a word of the text or of the answer. */
async function ask(
  { http, url, model, key }: Api,
  input: readonly string[],
  signal: AbortSignal,
): Promise<readonly Moderated[]> {
  const { fetch, exchange } = http.open({ signal });
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ model, input }),
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What `http.ts` makes, in the types of another package.
    const answer = response as unknown as Parameters<typeof readJsonBody>[0];
    const { body } = await readJsonBody(answer, exchange);
    const moderated = readModerated(body, input.length);
    if (moderated !== undefined) return moderated;
    throw exchange.malformed("the answer is not what the API promises");
  } catch (error) {
    const { kind, details } = exchange.fail(error);
    const status = exchange.status === 0 ? "" : `, status ${exchange.status}`;
    // Not as its cause: it may quote the text that was to be judged.
    throw new ProviderError(kind, `the moderation API could not be asked: ${kind}${status}`, {
      httpStatus: details.httpStatus,
      requestId: details.requestId,
      retryAfterMs: details.retryAfterMs,
    });
  }
}

/** The highest score of each category over all pieces. */
function findingsOf(
  moderated: readonly Moderated[],
  thresholds: Readonly<Record<string, number>>,
): readonly Finding[] {
  const found = new Map<string, number>();
  for (const { scores, flagged } of moderated) {
    for (const category of new Set([...scores.keys(), ...flagged])) {
      const score = scores.get(category) ?? 1;
      const threshold = Object.hasOwn(thresholds, category) ? thresholds[category] : undefined;
      const counts = threshold === undefined ? flagged.has(category) : score >= threshold;
      if (counts) found.set(category, Math.max(found.get(category) ?? 0, score));
    }
  }
  return [...found].map(([category, score]) => ({
    kind: kindOf(category),
    severity: severityOf(score),
  }));
}

function kindOf(category: string): string {
  const kind = category
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "")
    .join("-");
  return kind === "" ? "other" : kind.slice(0, 60).replace(/-$/, "");
}

function severityOf(score: number): Finding["severity"] {
  if (score >= 0.8) return "high";
  return score >= 0.5 ? "medium" : "low";
}
