/**
 * Builds the collector of test/collector with Go, once, and prints its path:
 *
 *     npm run build
 *     SIGNALBOX_TEST_OTELCOL="$(node scripts/build-collector.mjs)" npx jest test/telemetry/otlp.test.ts
 *
 * It is kept outside the checkout. The path goes to standard output, all else to standard error.
 */

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildWithGo } from "../dist/worker/build-with-go.js";
import { cacheFolder, reportWhile } from "./lib/fetching.mjs";

const MODULE = fileURLToPath(new URL("../test/collector", import.meta.url));

/** It runs for seconds, so its code need not be fast: without optimisation it is built in a fifth less time. */
const ARGS = ["-buildvcs=false", "-trimpath", "-ldflags", "-s -w", "-gcflags", "all=-N -l", "."];

try {
  process.stdout.write(`${await buildCollector()}\n`);
} catch (error) {
  process.stderr.write(`collector: ${error.message}\n`);
  process.exitCode = 1;
}

/** @returns {Promise<string>} path of the command */
async function buildCollector() {
  const folder = cacheFolder();
  const target = join(folder, `otelcol-${digestSources()}`, "otelcol");
  if (existsSync(target)) return target;
  await mkdir(folder, { recursive: true });
  const waiting = "building OpenTelemetry's collector with Go: once, half a minute to two";
  say(waiting);
  const place = { go: "go", target, folder, env: process.env };
  await reportWhile(buildWithGo({ ...place, args: ARGS, module: MODULE }), (soFar) =>
    say(`${waiting}; ${soFar}`),
  );
  return target;
}

/** Others than those of the last build make another collector. */
function digestSources() {
  const hash = createHash("sha256");
  for (const file of ["main.go", "go.mod", "go.sum"]) hash.update(readFileSync(join(MODULE, file)));
  return hash.digest("hex").slice(0, 12);
}

function say(line) {
  process.stderr.write(`collector: ${line}\n`);
}
