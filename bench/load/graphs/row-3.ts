/** 3 steps in a row. Bundled for the workflow sandbox. */

import { rowOf } from "./row.ts";

export const row = rowOf(3);
