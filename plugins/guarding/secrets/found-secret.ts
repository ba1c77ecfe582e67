/** What the searches for secrets hand to one another. */

/** What kinds of secrets there are, the most telling first: where two searches find the same place, the earlier kind stays. */
export const SECRET_KINDS = [
  "private-key",
  "provider-key",
  "cloud-key",
  "access-token",
  "connection-string",
  "password",
  "high-entropy",
] as const;

/**
 * `"provider-key"`: opens the API of a service (models, payments, mail). `"cloud-key"`: opens an account of a cloud.
 * `"access-token"`: acts for a user or an app. `"connection-string"`: the password in one. `"high-entropy"`: random
 * characters, of what is not known.
 */
export type SecretKind = (typeof SECRET_KINDS)[number];

/** Where the secret itself stands in the text that was searched, without its name. */
export interface FoundSecret {
  /** One of {@link SECRET_KINDS}, or of a rule of the user's. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** What it is in words, such as `"a GitHub token"`. Absent: what its kind says. */
  readonly name?: string;
}
