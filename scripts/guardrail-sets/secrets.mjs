/**
 * Makes the labelled set of the guardrail `secrets`:
 * `node scripts/guardrail-sets/secrets.mjs PATH_OF_BANKING77_TRAIN_CSV`. Same seed, same set. Written without a look at
 * what the guardrail finds.
 */

import { negatives } from "./secrets-negative.mjs";
import { positives } from "./secrets-positive.mjs";
import { writeSet } from "./seeded.mjs";

const [, , bankingFile] = process.argv;
writeSet("secrets", "positive", positives(), { hide: true });
writeSet("secrets", "negative", negatives(bankingFile), { hide: true });
