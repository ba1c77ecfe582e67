import type { RunEvent } from "../../client/run-event.ts";
import type { SignalboxClient } from "../../client/signalbox-client.ts";
import { refusal } from "../harness/refusal.ts";
import { longRefine } from "../fixtures/graphs.ts";
import { awaitList } from "../harness/await-list.ts";
import { deferred } from "../harness/deferred.ts";
import { withShortHistories } from "../harness/short-histories.ts";
import { simulatedConfig, withWorker, type TestWorker } from "../harness/temporal.ts";
