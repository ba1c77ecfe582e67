/** What a complaint will cost, before a run: `node dist/examples/complaints/estimate.js`. */

import { complaint } from "./graphs.ts";
import config from "./signalbox.config.ts";

const estimate = complaint.estimate({
  models: config.models,
  prices: config.prices,
  sizes: { "*": { inputTokens: 400, outputTokens: 200 } },
  items: { files: 2 },
});

for (const [name, { calls, costNanoUsd = 0 }] of Object.entries({
  least: estimate.least,
  expected: estimate.expected,
  worst: estimate.worst,
})) {
  console.log(
    `${name.padEnd(9)} ${String(calls).padStart(3)} calls  ${(costNanoUsd / 1e9).toFixed(6)} USD`,
  );
}
