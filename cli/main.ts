#!/usr/bin/env node
/** The `signalbox` command. */

import { runCli } from "./program.ts";
import { processTerminal } from "./terminal.ts";

// Not `process.exit`: what has been printed may still be on its way through a pipe.
process.exitCode = await runCli(process.argv.slice(2), processTerminal());
