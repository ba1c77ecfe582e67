/** Finds secrets in a content, by all searches, as a person would read it and as it stands there. */

import type { GuardContent } from "../../guardrail-contract.ts";
import { normalisedContent } from "../normalised-content.ts";
import { withoutOverlaps } from "../overlap.ts";
import { findAddresses } from "./find-addresses.ts";
import { findLogins } from "./find-logins.ts";
import { findNamed, judgeMember } from "./find-named.ts";
import { findPrivateKeys } from "./find-private-keys.ts";
import { findRandom } from "./find-random.ts";
import { findTokens } from "./find-tokens.ts";
import { SECRET_KINDS, type FoundSecret } from "./found-secret.ts";
import type { SecretSearch } from "./own-rules.ts";

export interface SearchSettings {
  /** Bits for each character, for random ones without a name. */
  readonly leastEntropy: number;
  readonly ownSearch: SecretSearch;
  readonly allowed: ReadonlySet<string>;
  readonly isWanted: (kind: string) => boolean;
}

/** In the order of the text, none overlapping another. */
export function findSecrets(
  content: GuardContent,
  settings: SearchSettings,
): readonly FoundSecret[] {
  const plain = normalisedContent(content);
  const found = [
    ...searchPlain(plain.text, settings).map((secret) => {
      const [start, end] = plain.originOf(secret.start, secret.end);
      return { ...secret, start, end };
    }),
    // An encoded password may hold what ends one when it is decoded.
    ...(plain.text === content.text ? [] : findAddresses(content.text)),
    ...findMembers(content),
  ];
  const wanted = found.filter(
    ({ kind, start, end }) =>
      settings.isWanted(kind) && !settings.allowed.has(content.text.slice(start, end)),
  );
  return withoutOverlaps(wanted, rankOf);
}

function searchPlain(
  text: string,
  { leastEntropy, ownSearch }: SearchSettings,
): readonly FoundSecret[] {
  return [
    ...ownSearch(text),
    ...findPrivateKeys(text),
    ...findTokens(text),
    ...findAddresses(text),
    ...findLogins(text),
    ...findNamed(text),
    ...findRandom(text, leastEntropy),
  ];
}

const LONGEST_NAME = 64;
const LONGEST_VALUE = 512;

/** In JSON that is given as values, a name and its value are two texts of one path. */
function findMembers({ text, parts }: GuardContent): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  for (const [index, name] of parts.entries()) {
    const { [index + 1]: value } = parts;
    if (value?.path !== name.path || name.end - name.start > LONGEST_NAME) continue;
    if (value.end - value.start > LONGEST_VALUE) continue;
    const kind = judgeMember(text.slice(name.start, name.end), text.slice(value.start, value.end));
    if (kind !== undefined) found.push({ kind, start: value.start, end: value.end });
  }
  return found;
}

/** The user's rules before ours, then by kind. */
function rankOf({ kind }: FoundSecret): number {
  const index = SECRET_KINDS.findIndex((known) => known === kind);
  return SECRET_KINDS.length - index;
}
