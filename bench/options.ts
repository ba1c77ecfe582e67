/** What was asked for on the command line: `npm run bench -- [TOPIC…] [--peers] [--brief]`. */

import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: "boolean", default: false },
    brief: { type: "boolean", default: false },
  },
});

/** Names of topics. None: all. */
export const wantedTopics: readonly string[] = positionals;

/** Whether other products are to be measured beside ours, which fetches them first. */
export const isWithPeers = values.peers;

/** Less of what takes long, to see that it works: the figures are worth little. */
const BRIEFLY = 8;

/** How much of `count` is to be done. */
export function enough(count: number): number {
  return values.brief ? Math.max(1, Math.ceil(count / BRIEFLY)) : count;
}
