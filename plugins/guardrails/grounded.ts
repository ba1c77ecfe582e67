/** Finds what a reply cannot have from its sources: citations of none, quotes that are changed, numbers that are not there. */

import type { CheckGuardrail, Finding, GuardContent, GuardPart } from "../guardrail-contract.ts";
import { readMarkdown } from "../guarding/code/read-fences.ts";
import { claimsOf, type Claim } from "../guarding/grounding/claims.ts";
import { findCitations, type Citation } from "../guarding/grounding/citations.ts";
import { findQuotes, isQuoted, type Quote } from "../guarding/grounding/find-quotes.ts";
import { findNumbers } from "../guarding/grounding/numbers.ts";
import { placesOf } from "../guarding/grounding/places-of.ts";
import { readSources, type Sources } from "../guarding/grounding/sources.ts";
import {
  invalidGuardOption,
  readGuardOptions,
  type GuardOptions,
} from "../guarding/guard-options.ts";

/** What the guardrail `grounded` can be told. */
export interface GroundedOptions extends GuardOptions {
  /** Sources by their names, beside those that stand in the conversation. Default: none. */
  readonly sources?: Readonly<Record<string, string>>;
  /** Quotes of fewer words are not compared. Default: 4. */
  readonly minQuoteWords?: number;
  /** Which quotes are compared: all of them, or only those in sentences that cite. Default: `"all"`. */
  readonly quotes?: "all" | "cited";
  /** What has to cite something: each sentence or each paragraph that states something. Default: nothing. */
  readonly requireCitations?: "sentence" | "paragraph";
}

const ID = "grounded";

/**
 * Looks at replies. It knows nothing of meaning: for that there is `groundedJudge`.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function grounded(options: GroundedOptions = {}): CheckGuardrail {
  const { sources: given = {}, minQuoteWords = 4, quotes = "all", requireCitations } = options;
  if (!(Number.isInteger(minQuoteWords) && minQuoteWords >= 1)) {
    throw invalidGuardOption(ID, "minQuoteWords", minQuoteWords, "a whole number above 0");
  }
  if (Object.values(given).some((text) => typeof text !== "string")) {
    throw invalidGuardOption(ID, "sources", Object.keys(given), "texts by their names");
  }
  const rules = { minQuoteWords, quotes, requireCitations };
  const known = new WeakMap<GuardContent, Sources>();
  const withoutConversation = readSources(undefined, given);
  const sourcesOf = (conversation: GuardContent | undefined): Sources => {
    if (conversation === undefined) return withoutConversation;
    const read = known.get(conversation) ?? readSources(conversation, given);
    known.set(conversation, read);
    return read;
  };
  return {
    id: ID,
    places: ["output"],
    ...readGuardOptions(ID, options),
    check: (content, { conversation }) => {
      if (content.direction === "input") return [];
      const sources = sourcesOf(conversation);
      return content.parts
        .filter(({ place }) => place === "output")
        .flatMap((part) => lookAtPart(content, part, sources, rules));
    },
  };
}

type Rules = Pick<GroundedOptions, "requireCitations"> &
  Required<Pick<GroundedOptions, "minQuoteWords" | "quotes">>;

interface Place {
  readonly start: number;
  readonly end: number;
}

type PlacedFinding = Finding & Place;

function lookAtPart(
  { text }: GuardContent,
  { start, end }: GuardPart,
  sources: Sources,
  rules: Rules,
): readonly Finding[] {
  const { prose, inline } = readMarkdown(text.slice(start, end));
  const [inCode, inAddress] = [placesOf(inline), placesOf(addressesIn(prose))];
  const isProse = ({ start: at }: Place): boolean =>
    inCode(at) === undefined && inAddress(at) === undefined;
  const citations = findCitations(prose, new Set(sources.byId.keys())).filter(isProse);
  // Without a citation only quotes are looked at.
  const claims =
    citations.length === 0 && rules.requireCitations === undefined
      ? []
      : claimsOf(prose, citations);
  const quotes = findQuotes(prose, rules.minQuoteWords);
  // Quotes are compared as a whole, and names of sources are no numbers.
  const apart = [inCode, inAddress, placesOf(citations), placesOf(quotes)];
  const isApart = (at: number): boolean => apart.some((placeAt) => placeAt(at) !== undefined);
  const found = [
    ...unknownIn(citations, sources),
    ...misquoted(quotes.filter(isProse), claims, sources, rules),
    ...claims.flatMap((claim) => unsupportedNumbers(prose, claim, sources, isApart)),
    ...missing(prose, claims, rules),
  ];
  if (start === 0) return found;
  return found.map((finding) => ({
    ...finding,
    start: finding.start + start,
    end: finding.end + start,
  }));
}

/** What an address has in brackets, and its numbers, are its own. */
const ADDRESS = /https?:\/\/[^\s<>"']{1,2000}|(?<=\])\([^()\n]{1,500}\)/g;

function addressesIn(prose: string): readonly Place[] {
  return Array.from(prose.matchAll(ADDRESS), ({ 0: { length }, index }) => ({
    start: index,
    end: index + length,
  }));
}

function unknownIn(citations: readonly Citation[], { byId }: Sources): readonly PlacedFinding[] {
  const advice = "The reply cites a source that was not given. Cite only those that were.";
  return citations
    .filter(({ ids }) => !ids.every((id) => byId.has(id)))
    .map(({ start, end }) => ({
      kind: "unknown-citation",
      severity: "medium",
      start,
      end,
      advice,
    }));
}

function misquoted(
  quotes: readonly Quote[],
  claims: readonly Claim[],
  sources: Sources,
  { quotes: compared }: Rules,
): readonly PlacedFinding[] {
  const claimAt = placesOf(claims);
  return quotes.flatMap(({ start, end, pieces }) => {
    // A quote of several sentences ends in the one that says where it is from.
    const claim = claimAt(end - 1);
    const cited = citedBy(claim, sources);
    if (cited.length === 0 && compared === "cited") return [];
    const texts = cited.length === 0 ? [sources.words] : cited.map(({ words }) => words);
    if (texts.some((words) => isQuoted(pieces, words))) return [];
    const advice =
      "A quote is not word for word what the source says. Quote it as it stands there.";
    return [{ kind: "quote-mismatch", severity: "medium", start, end, advice } as const];
  });
}

function citedBy(
  claim: Claim | undefined,
  { byId }: Sources,
): readonly Pick<Sources, "words" | "numbers">[] {
  if (claim === undefined || claim.citations.length === 0 || byId.size === 0) return [];
  const ids = new Set(claim.citations.flatMap((citation) => citation.ids));
  return [...ids].flatMap((id) => byId.get(id) ?? []);
}

/** Words before a number that is not meant exactly. */
const ABOUT =
  /(?:about|around|roughly|approximately|nearly|almost|over|some|ca\.|etwa|rund|ungefähr|fast|environ|près de|unos|aproximadamente|circa|~)\s{0,4}$/i;
const ABOUT_SHARE = 0.05;

function unsupportedNumbers(
  prose: string,
  claim: Claim,
  sources: Sources,
  isApart: (at: number) => boolean,
): readonly PlacedFinding[] {
  const cited = citedBy(claim, sources);
  if (cited.length === 0) return [];
  const sentence = prose.slice(claim.start, claim.end);
  const listNumber = /^[ \t]*\d{1,3}[.)]\s/.exec(sentence)?.[0].length ?? 0;
  return findNumbers(sentence).flatMap((found) => {
    const { start: at, end: until } = found;
    const [start, end] = [at + claim.start, until + claim.start];
    if (at < listNumber || isApart(start)) return [];
    const values = found.values();
    if (cited.some(({ numbers }) => values.some((value) => numbers.has(value)))) return [];
    const isAbout = ABOUT.test(sentence.slice(Math.max(0, at - 24), at));
    if (isAbout && cited.some(({ numbers }) => isNear(values, numbers))) return [];
    const advice = "A number does not stand in the source that is cited for it.";
    return [{ kind: "unsupported-number", severity: "medium", start, end, advice } as const];
  });
}

function isNear(values: readonly number[], numbers: ReadonlySet<number>): boolean {
  return [...numbers].some((number) =>
    values.some((value) => Math.abs(value - number) <= Math.abs(number) * ABOUT_SHARE),
  );
}

/** Fewer words than this are a heading or a greeting. */
const FEWEST_WORDS = 5;

function missing(
  prose: string,
  claims: readonly Claim[],
  { requireCitations }: Rules,
): readonly PlacedFinding[] {
  if (requireCitations === undefined) return [];
  const citing = new Set(
    claims.filter(({ citations }) => citations.length > 0).map(({ paragraph }) => paragraph),
  );
  return claims
    .filter(({ citations, paragraph }) =>
      requireCitations === "sentence" ? citations.length === 0 : !citing.has(paragraph),
    )
    .filter(({ start, end }) => isStatement(prose.slice(start, end)))
    .map(({ start, end }) => ({
      kind: "missing-citation",
      severity: "low",
      start,
      end,
      advice: "A statement does not say where it is from. Cite its source.",
    }));
}

function isStatement(sentence: string): boolean {
  const words = sentence.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
  const trimmed = sentence.trim();
  return words >= FEWEST_WORDS && !/[?？:]["”»]?$/.test(trimmed) && !trimmed.startsWith("#");
}
