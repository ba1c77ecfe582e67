import { EventHub } from "../../../api/events/event-hub.ts";
import { FakeRun } from "../../harness/fake-run.ts";

/** Watches a run and notes the ids of its events. */
class Watcher {
  readonly ids: string[] = [];
  readonly #gone = new AbortController();
  readonly #texts: AsyncGenerator<string>;

  constructor(hub: EventHub, after?: string) {
    this.#texts = hub.watch({ run: "run", after, signal: this.#gone.signal });
  }

  /** Takes one text; `false`: there are no more. */
  async take(): Promise<boolean> {
    const { done, value } = await this.#texts.next();
    if (!done) for (const [, id = ""] of value.matchAll(/^id: (.+)$/gm)) this.ids.push(id);
    return !done;
  }

  async takeUntil(id: string): Promise<void> {
    while (this.ids.at(-1) !== id && (await this.take()));
  }

  async takeAll(): Promise<void> {
    while (await this.take());
  }

  go(): void {
    this.#gone.abort();
  }
}

function numbers(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
}

describe("the hub of events", () => {
  it("reads a run once, however many watch it", async () => {
    const run = new FakeRun();
    const hub = new EventHub(run);
    const watchers = Array.from({ length: 50 }, () => new Watcher(hub));
    run.add(10);
    const taken = watchers.map((watcher) => watcher.takeAll());
    run.add(5);
    run.end();

    await Promise.all(taken);

    expect(run.followed).toBe(1);
    expect(new Set(watchers.map(({ ids }) => ids.join()))).toEqual(
      new Set([numbers(1, 16).join()]),
    );
  });

  it("stops reading when the last has gone, and keeps nothing", async () => {
    const run = new FakeRun();
    const hub = new EventHub(run);
    run.add(3);
    const one = new Watcher(hub);
    const other = new Watcher(hub);
    await Promise.all([one.takeUntil("3"), other.takeUntil("3")]);

    one.go();
    const runsWithOne = hub.runs;
    other.go();

    expect(runsWithOne).toBe(1);
    expect(hub.runs).toBe(0);
    // Both end: the one that waits for what comes next, and the one that did not listen.
    expect(await Promise.all([one.take(), other.take()])).toEqual([false, false]);
    expect(run.following).toBe(0);
  });

  it("gives a late watcher what it has missed, then the rest, without gaps or doubles", async () => {
    const run = new FakeRun();
    const hub = new EventHub(run);
    // More than the hub keeps.
    run.add(2_000, "x".repeat(1_000));
    const early = new Watcher(hub);
    await early.takeUntil("2000");

    const late = new Watcher(hub);
    await late.takeUntil("1500");
    run.add(2_000, "x".repeat(1_000));
    run.end();
    await Promise.all([late.takeAll(), early.takeAll()]);

    expect(late.ids).toEqual(numbers(1, 4_001));
    expect(early.ids).toEqual(numbers(1, 4_001));
    expect(hub.runs).toBe(0);
    expect(run.following).toBe(0);
  });

  it.each([1, 2, 999, 1_999, 2_000])(
    "goes on behind event %d, for whoever knows it",
    async (known) => {
      const run = new FakeRun();
      const hub = new EventHub(run);
      run.add(2_000, "x".repeat(1_000));
      const first = new Watcher(hub);
      await first.takeUntil("2000");

      const watcher = new Watcher(hub, String(known));
      run.end();
      await watcher.takeAll();
      first.go();

      expect(watcher.ids).toEqual(numbers(known + 1, 2_001));
    },
  );

  it("begins where the first watcher is, and goes back for the next", async () => {
    const run = new FakeRun();
    const hub = new EventHub(run);
    run.add(500);
    const first = new Watcher(hub, "400");
    await first.takeUntil("500");

    const second = new Watcher(hub);
    await second.takeUntil("500");
    run.end();
    await Promise.all([first.takeAll(), second.takeAll()]);

    expect(first.ids).toEqual(numbers(401, 501));
    expect(second.ids).toEqual(numbers(1, 501));
  });

  it("says at once that a run is there on which nothing happens", async () => {
    const run = new FakeRun();
    const hub = new EventHub(run);
    run.add(1);

    const watcher = new Watcher(hub, "1");

    expect(await watcher.take()).toBe(true);
    expect(watcher.ids).toEqual([]);
    watcher.go();
  });

  it("has nothing for whoever knows all of a run that has ended", async () => {
    const run = new FakeRun();
    run.end();

    expect(await new Watcher(new EventHub(run), "1").take()).toBe(false);
  });

  it("refuses an event that is none, and lets nobody else suffer for it", async () => {
    const run = new FakeRun();
    const hub = new EventHub(run);
    run.add(3);
    const wrong = new Watcher(hub, "99");
    const right = new Watcher(hub, "1");

    const [refused] = await Promise.allSettled([wrong.take(), right.takeUntil("3")]);

    expect(refused).toMatchObject({ reason: { code: "CLIENT_INVALID_CURSOR" } });
    expect(right.ids).toEqual(["2", "3"]);
    right.go();
    expect(hub.runs).toBe(0);
  });
});
