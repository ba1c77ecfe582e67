/** The side of a process that a measurement starts: it says when it is ready, tells what it uses, and ends with its parent. */

/** What a process uses, as the operating system counts it, all threads together. */
export interface Usage {
  readonly rssBytes: number;
  /** Of the main thread alone: the workflow sandbox runs in threads of its own. */
  readonly heapUsedBytes: number;
  /** Since the process began. */
  readonly cpuMs: number;
}

/** From the parent. */
export type Question = "usage" | "stop";

/** To the parent. */
export type Report<Ready> = { readonly ready: Ready } | { readonly usage: Usage };

/** Tells the parent that the process is `ready`, and serves it from then on. `stop` is called once, before the process ends. */
export function reportReady(ready: unknown, stop: () => Promise<void>): void {
  process.on("message", (question: Question) => {
    if (question === "usage") send({ usage: usageNow() });
    else void stop().then(() => process.exit());
  });
  // The parent has died: nobody will say "stop".
  process.once("disconnect", () => process.exit(1));
  send({ ready });
}

function send(report: Report<unknown>): void {
  process.send?.(report);
}

/** What the process needs, without what is only waiting to be collected, where it was started with `--expose-gc`. */
function usageNow(): Usage {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return { rssBytes: rss, heapUsedBytes: heapUsed, cpuMs: (user + system) / 1_000 };
}
