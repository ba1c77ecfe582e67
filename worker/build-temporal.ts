/** Builds the `temporal` command with a Go toolchain, for machines that cannot reach Temporal's download server. */

import { buildWithGo, type GoPlace } from "./build-with-go.ts";

/** The newest tag that `go install` can build. */
export const TEMPORAL_CLI_VERSION = "1.5.1";

const GO_PACKAGE = `github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_CLI_VERSION}`;

/**
 * Takes 3 to 4 minutes on two cores, and 3.2 GB for as long as it lasts.
 *
 * @throws {Error} with the last lines that Go printed.
 */
export async function buildTemporal(place: GoPlace): Promise<void> {
  await buildWithGo({ ...place, args: ["-ldflags", "-s -w", GO_PACKAGE] });
}
