/** What all models of the chaos cost. */

import type { ModelPrice } from "../graph/money.ts";

/** A good call comes to about 0.00045 USD; one that is lost is charged with 64 tokens of output and all its bytes. */
export const PRICE: ModelPrice = { inputUsdPerMTok: 1, outputUsdPerMTok: 8 };
