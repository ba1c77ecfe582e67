import { Gate, type HistoryLength } from "../../workflows/gate.ts";
import { deferred } from "../harness/deferred.ts";

/** A history whose length a test sets, and those who wait for it. */
class World {
  length: HistoryLength = "short";
  readonly #waiting = new Set<() => void>();

  history(): HistoryLength {
    return this.length;
  }

  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isSo()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Everybody looks again, once all that has happened has had its effect. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    for (const look of this.#waiting) look();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
}

function open(): {
  world: World;
  gate: Gate;
  begun: string[];
  call: (name: string) => () => Promise<void>;
  end: (name: string) => void;
} {
  const world = new World();
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    world,
    gate: new Gate(world),
    begun,
    call: (name) => () => {
      begun.push(name);
      const { promise, resolve } = deferred();
      ends.set(name, resolve);
      return promise;
    },
    end: (name) => ends.get(name)?.(),
  };
}

describe("a gate", () => {
  it("lets calls through at once while the history is short", () => {
    const { gate, begun, call } = open();

    void gate.pass(call("a"));
    void gate.passLong(call("b"));

    expect(begun).toEqual(["a", "b"]);
    expect(gate.isDrained()).toBe(false);
  });

  it("is drained once the history is long and what was in flight has ended, well or not", async () => {
    const { world, gate, begun, call, end } = open();
    void gate.pass(call("a"));
    const failed = gate.pass(() => Promise.reject(new Error("broken")));

    world.length = "long";
    void gate.pass(call("held back"));
    await expect(failed).rejects.toThrow("broken");
    const before = gate.isDrained();
    end("a");
    await world.settle();

    expect(before).toBe(false);
    expect(gate.isDrained()).toBe(true);
    expect(begun).toEqual(["a"]);
  });

  it("holds nothing up for what may take long, until that has ended", async () => {
    const { world, gate, begun, call, end } = open();
    void gate.passLong(call("sub"));
    world.length = "long";
    void gate.pass(call("beside"));

    end("sub");
    await world.settle();
    void gate.pass(call("after"));
    await world.settle();

    expect(begun).toEqual(["sub", "beside"]);
    expect(gate.isDrained()).toBe(false);
    end("beside");
    await world.settle();
    expect(gate.isDrained()).toBe(true);
  });

  it("opens again when a call in flight turns out to take long", async () => {
    const { world, gate, begun, call } = open();
    void gate.pass(call("asks"));
    world.length = "long";
    void gate.pass(call("other"));
    await world.settle();
    const before = [...begun];

    void gate.whileLong(deferred().promise);
    await world.settle();

    expect(before).toEqual(["asks"]);
    expect(begun).toEqual(["asks", "other"]);
  });

  it("waits for everything once the history is too long", async () => {
    const { world, gate, begun, call, end } = open();
    void gate.passLong(call("sub"));
    world.length = "too long";
    void gate.pass(call("held back"));

    await world.settle();
    const before = gate.isDrained();
    end("sub");
    await world.settle();

    expect(before).toBe(false);
    expect(begun).toEqual(["sub"]);
    expect(gate.isDrained()).toBe(true);
  });

  it("lets those who wait go on when the history is not long any more, as the run stays in it", async () => {
    const { world, gate, begun, call } = open();
    world.length = "long";
    void gate.pass(call("a"));

    world.length = "short";
    await world.settle();

    expect(begun).toEqual(["a"]);
  });
});
