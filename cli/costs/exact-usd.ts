/** Money of any size as exact text. */

import { NANO_USD } from "../../graph/money.ts";

const NANO = BigInt(NANO_USD);

/** In USD, with all its digits: `0.00034025`. At least cents. */
export function exactUsd(nanoUsd: bigint): string {
  const rest = String(nanoUsd % NANO).padStart(9, "0");
  return `${nanoUsd / NANO}.${rest.slice(0, 2)}${rest.slice(2).replace(/0+$/, "")}`;
}
