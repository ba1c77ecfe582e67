/**
 * A rollout with Temporal's Worker Versioning: a run that began on build 1.0 of the worker ends there, while new runs go
 * to build 2.0. Prints which build ran what.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { SignalboxClient } from "signalbox/client";
import { openTemporal, startWorker, type SignalboxWorker } from "signalbox/worker";
import * as build1 from "./build-1.ts";
import * as build2 from "./build-2.ts";
import config from "./signalbox.config.ts";

const deploymentName = "letters";
const taskQueue = "letters";
const request = { to: "Ann", about: "her new card" };

const temporal = await openTemporal();
const client = new SignalboxClient({ temporal: temporal.client, taskQueue });

const first = await startBuild("1.0", build1, "build-1.js");
await makeCurrent("1.0");
const old = await client.start(build1.letter, request);
await signoffIsOpen(old);

const second = await startBuild("2.0", build2, "build-2.js");
await makeCurrent("2.0");
const recent = await client.start(build2.letter, request);
await signoffIsOpen(recent);

for (const id of [old, recent]) {
  await client.decide(id, "signoff", { approved: true });
  await client.waitUntilClosed(id);
  const { version, status } = await client.get(id);
  console.log(`A run of version ${version} has ${status} on build ${await buildOf(id)}`);
}

await first.stop();
await second.stop();
await temporal.close();

function startBuild(
  buildId: string,
  graphs: Readonly<Record<string, unknown>>,
  file: string,
): Promise<SignalboxWorker> {
  return startWorker({
    config,
    graphs,
    graphsUrl: new URL(file, import.meta.url),
    temporal,
    taskQueue,
    workerOptions: {
      workerDeploymentOptions: {
        version: { deploymentName, buildId },
        useWorkerVersioning: true,
        defaultVersioningBehavior: "PINNED",
      },
    },
  });
}

/** As `temporal worker deployment set-current-version` does: from now on new runs go to this build. */
async function makeCurrent(buildId: string): Promise<void> {
  const { namespace, client: temporalClient } = temporal;
  const { workflowService } = temporalClient;
  await until(`build ${buildId} is known to Temporal`, () =>
    workflowService
      .setWorkerDeploymentCurrentVersion({ namespace, deploymentName, buildId })
      .then(() => true),
  );
}

function signoffIsOpen(id: string): Promise<void> {
  return until(`run ${id} waits`, async () => (await client.openSteps(id)).length > 0);
}

/** Asks again until the answer is yes: Temporal learns of a worker by its first poll. */
async function until(what: string, ask: () => Promise<boolean>): Promise<void> {
  let last: unknown;
  for (let tries = 0; tries < 100; tries++) {
    try {
      if (await ask()) return;
    } catch (error) {
      last = error;
    }
    await sleep(100);
  }
  throw new Error(`Gave up waiting until ${what}`, { cause: last });
}

async function buildOf(id: string): Promise<string | undefined> {
  const { raw } = await temporal.client.workflow.getHandle(id).describe();
  return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId ?? undefined;
}
