/** Event streams of runs that continue as new while somebody watches. */

import type { RunEvent } from "../../../client/run-event.ts";
import type { Provider } from "../../../plugins/contract.ts";
import { simulated } from "../../../plugins/providers/simulated.ts";
import { longRefine } from "../../fixtures/graphs.ts";
import { deferred, type Deferred } from "../../harness/deferred.ts";
import { answerLong } from "../../harness/long-replies.ts";
import { openStream } from "../../harness/read-events.ts";
import { startRunsApi, type RunsApi } from "../../harness/runs-api.ts";
import { withShortHistories } from "../../harness/short-histories.ts";
import { simulatedConfig } from "../../harness/temporal.ts";

/** Lets calls through one by one. */
class Turnstile {
  readonly #waiting: Deferred[] = [];
  #passes = 0;

  async pass(): Promise<void> {
    if (this.#passes > 0) {
      this.#passes -= 1;
      return;
    }
    const turn = deferred();
    this.#waiting.push(turn);
    await turn.promise;
  }

  letOneThrough(): void {
    const next = this.#waiting.shift();
    if (next) next.resolve();
    else this.#passes += 1;
  }
}

const turnstile = new Turnstile();
const answering = simulated({ replies: answerLong });
const provider: Provider = {
  id: answering.id,
  async generate(request, context) {
    await turnstile.pass();
    return answering.generate(request, context);
  },
};

let shared: RunsApi;
let id: string;
/** All that the run has told, read from its histories at once. */
let all: readonly RunEvent[];
/** What came to one that never hung up, and to one that came back after each call. */
let steady: readonly RunEvent[];
let returning: readonly RunEvent[];

beforeAll(async () => {
  shared = await startRunsApi({ ...simulatedConfig(answerLong), providers: [provider] });
  id = await withShortHistories(shared.worker, 20).start(longRefine, { rounds: 6 });
  const watching = watch();
  returning = await comeAndGo();
  steady = await watching;
  all = await shared.worker.client.audit(id);
});

afterAll(() => shared.stop());

async function watch(known?: RunEvent): Promise<readonly RunEvent[]> {
  const headers = known && { "last-event-id": known.id };
  const { events } = await openStream(`${shared.api.url}/v1/runs/${id}/events`, headers);
  const taken: RunEvent[] = [];
  for await (const event of events) taken.push(event);
  return taken;
}

/** Hangs up whenever a call has begun, lets that be answered, and comes back with the last event it has had. */
async function comeAndGo(): Promise<readonly RunEvent[]> {
  const taken: RunEvent[] = [];
  for (;;) {
    const stream = await openStream(`${shared.api.url}/v1/runs/${id}/events`, {
      "last-event-id": taken.at(-1)?.id ?? "",
    });
    if (stream.status === 204) return taken;
    for await (const event of stream.events) {
      taken.push(event);
      if (event.type === "attempt.started") break;
    }
    stream.close();
    turnstile.letOneThrough();
  }
}

function executionOf({ id: event }: RunEvent): number {
  return Number(/^(\d+)-/.exec(event)?.[1] ?? 1);
}

describe("the events of a run that continues as new", () => {
  it("come once each to whoever watches all the time, through several executions", () => {
    expect(Math.max(...all.map(executionOf))).toBeGreaterThan(2);
    expect(new Set(all.map((event) => event.id)).size).toBe(all.length);
    expect(all.at(-1)).toMatchObject({ type: "run.ended", status: "completed" });
    expect(steady).toEqual(all);
  });

  it("come once each to whoever hangs up and comes back with the last one, while the run goes on", () => {
    expect(all.filter(({ type }) => type === "attempt.started")).toHaveLength(12);
    expect(returning).toEqual(all);
  });

  it("go on behind the events on both sides of each continuation", async () => {
    const sides = all.flatMap((event, index) => {
      const next = all[index + 1];
      return next && executionOf(next) > executionOf(event) ? [index, index + 1] : [];
    });

    expect(sides.length).toBeGreaterThanOrEqual(4);
    for (const index of sides) expect(await watch(all[index])).toEqual(all.slice(index + 1));
  });

  it("come whole to several at once that are in different executions", async () => {
    const middles = [3, 2, 1].map((execution) =>
      all.findIndex((event) => executionOf(event) === execution),
    );

    const taken = await Promise.all([...middles.map((index) => watch(all[index])), watch()]);

    expect(taken).toEqual([...middles.map((index) => all.slice(index + 1)), all]);
  });
});
