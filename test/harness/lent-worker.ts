/** A worker beside more than one function: for the tests of a file, or of a `describe`. */

import { deferred } from "./deferred.ts";
import { withWorker, type TestWorker, type TestWorkerOptions } from "./temporal.ts";

export interface LentWorker {
  readonly worker: TestWorker;
  stop(): Promise<void>;
}

export async function startTestWorker(options: TestWorkerOptions): Promise<LentWorker> {
  const isOver = deferred();
  let ready: ((worker: TestWorker) => void) | undefined;
  const started = new Promise<TestWorker>((resolve) => {
    ready = resolve;
  });
  const running = withWorker(options, async (worker) => {
    ready?.(worker);
    await isOver.promise;
  });
  const worker = await Promise.race([started, running.then(() => started)]);
  return {
    worker,
    async stop() {
      isOver.resolve();
      await running;
    },
  };
}

/** Starts one before the first test that comes below, and stops it after the last. */
export function lendWorker(options: TestWorkerOptions, take: (worker: TestWorker) => void): void {
  let lent: LentWorker | undefined;

  beforeAll(async () => {
    lent = await startTestWorker(options);
    take(lent.worker);
  });

  afterAll(() => lent?.stop());
}
