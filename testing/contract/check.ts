/** One check of the contract kit, and how it is left out where a vendor has no words for it. */

import type { ContractFeature, ContractKind, VendorFake } from "../vendor-fake.ts";

/** One thing that the contract promises. */
export interface ContractCheck {
  /** A fact, such as `"answers with the text of the model"`. */
  readonly name: string;
  /** Why it is left out for this vendor. Absent: it is to be run. */
  readonly skip?: string;
  /** Rejects with an `AssertionError` of node:assert when the provider does not keep the promise. */
  readonly run: () => Promise<void>;
}

/** A check that needs `features` of the vendor. */
export function check(
  { fake }: { readonly fake: VendorFake },
  name: string,
  features: readonly (ContractFeature | ContractKind)[],
  run: () => Promise<void>,
): ContractCheck {
  const lacking = features.find((feature) => fake.notExpressible?.[feature] !== undefined);
  if (lacking === undefined) return { name, run };
  return { name, skip: `${lacking}: ${fake.notExpressible?.[lacking]}`, run };
}
