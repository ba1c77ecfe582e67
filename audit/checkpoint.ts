/** A signed mark of a chain: whoever holds it can tell whether what was there then still is. */

export interface Checkpoint {
  readonly workspace: string;
  /** How many records the chain had, those that were pruned included. */
  readonly size: number;
  /** The hash of the last of them. */
  readonly head: string;
  /** Root of the Merkle tree over the hashes of all of them, in hex. See RFC 9162, section 2.1. */
  readonly root: string;
  /** The roots of the largest whole trees that they make up, from the left: the tree can be continued with these alone. */
  readonly peaks: readonly string[];
  /** When it was signed; ISO 8601. */
  readonly at: string;
  /** Which key signed it: the first 16 hex digits of the SHA-256 of the public key (SPKI, DER). */
  readonly keyId: string;
  /** Ed25519 over all other members as canonical JSON; base64. */
  readonly signature: string;
}
