/** Finds links, pictures and addresses that lead to hosts that are not allowed, run code, or carry a password. */

import type { CheckGuardrail, Finding } from "../guardrail-contract.ts";
import {
  invalidGuardOption,
  readGuardOptions,
  type GuardOptions,
} from "../guarding/guard-options.ts";
import { LONGEST_ADDRESS } from "../guarding/links/address.ts";
import { findLinks, type FoundLink } from "../guarding/links/find-links.ts";
import { canonicalHost, readHostList, type HostList } from "../guarding/links/hosts.ts";
import type { NormalisedText } from "../guarding/normalise.ts";
import { normalisedContent } from "../guarding/normalised-content.ts";
import type { Span } from "../guarding/overlap.ts";

/** What the guardrail `links` can be told. */
export interface LinksOptions extends GuardOptions {
  /** Hosts that links may lead to: `"example.com"`, and `"*.example.org"` for all below it. Empty: none. */
  readonly allow: readonly string[];
  /** Whether hosts without a scheme count, `evil.example/login`: many programs make links of them. Default: `true`. */
  readonly bareDomains?: boolean;
}

const ID = "links";

/**
 * Looks for links in whatever notation, and compares their hosts as a browser would ask for them.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function links(options: LinksOptions): CheckGuardrail {
  const { allow, bareDomains = true } = options;
  const isAllowed = readHostList(allow, (entry) => {
    throw invalidGuardOption(
      ID,
      "allow",
      entry,
      `hosts alone, such as "example.com" or "*.example.org"`,
    );
  });
  return {
    id: ID,
    ...readGuardOptions(ID, options),
    windowChars: LONGEST_ADDRESS + 512,
    check: (content) => {
      const plain = normalisedContent(content);
      const { dangerous, foreign } = judge(findLinks(plain.text, bareDomains), isAllowed);
      const findings: Finding[] = [];
      // One of each kind for an address.
      for (const span of outermost(dangerous)) findings.push(toFinding(DANGEROUS, span, plain));
      for (const span of outermost(foreign)) findings.push(toFinding(FOREIGN, span, plain));
      return findings;
    },
  };
}

interface JudgedLinks {
  readonly dangerous: readonly Span[];
  readonly foreign: readonly Span[];
}

function judge(found: readonly FoundLink[], isAllowed: HostList): JudgedLinks {
  const known = new Map<string, boolean>();
  const isForeign = (host: string): boolean => {
    const remembered = known.get(host);
    if (remembered !== undefined) return remembered;
    const canonical = canonicalHost(host);
    // What no browser takes leads nowhere.
    const foreign = canonical !== undefined && !isAllowed(canonical);
    known.set(host, foreign);
    return foreign;
  };
  const dangerous: Span[] = [];
  const foreign: Span[] = [];
  for (const link of found) {
    if (link.type === "script" || link.hasUser) dangerous.push(link);
    if (link.type === "host" && isForeign(link.host)) foreign.push(link);
  }
  return { dangerous, foreign };
}

/** Addresses that stand in one another end together: the outermost is the one that begins first. */
function outermost(found: readonly Span[]): readonly Span[] {
  const kept: Span[] = [];
  let until = 0;
  for (const span of found.toSorted(
    (one, other) => one.start - other.start || other.end - one.end,
  )) {
    if (span.start < until) continue;
    kept.push(span);
    until = span.end;
  }
  return kept;
}

const DANGEROUS = {
  kind: "dangerous-link",
  severity: "high",
  advice: "The reply holds a link that runs code or carries a password. Leave it out.",
} as const;
const FOREIGN = {
  kind: "foreign-link",
  severity: "medium",
  advice: "The reply holds a link to a host that is not allowed. Leave it out.",
} as const;

function toFinding(
  { kind, severity, advice }: typeof DANGEROUS | typeof FOREIGN,
  span: Span,
  plain: NormalisedText,
): Finding {
  const [start, end] = plain.originOf(span.start, span.end);
  return { kind, severity, start, end, advice };
}
