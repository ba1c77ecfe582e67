import { Ledger } from "../../workflows/ledger.ts";
import { Progress, type CarriedProgress } from "../../workflows/progress.ts";

/** What another execution would begin with. */
function handOn(progress: Progress, waits: CarriedProgress["waits"] = {}): Progress {
  const made = progress.carry();
  if (!made.ok) throw new Error(`"${made.unfit}" cannot be handed on`);
  return new Progress(JSON.parse(JSON.stringify({ ...made.progress, waits })));
}

function pathsOf(progress: Progress): readonly string[] {
  const made = progress.carry();
  return made.ok ? made.progress.done.map(([path]) => path) : [];
}

const never = (): Promise<never> => Promise.reject(new Error("it is done already"));

describe("what a run has done", () => {
  it("is not done again by the next execution, and gives what it gave", async () => {
    const progress = new Progress();
    await progress.once("draft", async () => ({ at: new Date(0) }));
    await progress.once("skipped", async () => undefined);

    const next = handOn(progress);

    await expect(next.once("draft", never)).resolves.toEqual({ at: new Date(0) });
    await expect(next.once("skipped", never)).resolves.toBeUndefined();
  });

  it("is not what has failed", async () => {
    const progress = new Progress();
    await progress.once("draft", () => Promise.reject(new Error("broken"))).catch(() => {});

    const again = handOn(progress).once("draft", async () => "now");

    await expect(again).resolves.toBe("now");
  });

  it("hears of a value no later than whoever waits for it", async () => {
    const progress = new Progress();
    const heard: string[] = [];
    const value = Promise.resolve("done");

    void progress.once("draft", () => value).then(() => heard.push("once"));
    void value.then(() => heard.push("beside"));
    await Promise.resolve();

    expect(heard).toEqual(["once", "beside"]);
  });

  it("holds nothing of the steps inside another that is done, and all of those beside it", async () => {
    const progress = new Progress();
    await progress.onceAround("files", async () => {
      await progress.onceAround("files[0]", async () => {
        await progress.once("files[0]/gist", async () => 1);
        progress.timerOf("files[0]/pause", 5);
        return 2;
      });
      return [2];
    });
    await progress.once("files2", async () => 3);

    expect(pathsOf(progress)).toEqual(["files", "files2"]);
    expect(handOn(progress).timerOf("files[0]/pause", 9)).toBe(9);
  });

  it("holds the last round of a refine, its calls only while they are not part of one", async () => {
    const progress = new Progress();
    await progress.once("essay[1]/write", async () => "a");
    await progress.once("essay[1]/review", async () => "b");
    progress.keepRound("essay", { round: 1, draft: "a", review: "b" });
    await progress.once("essay[2]/write", async () => "c");

    const next = handOn(progress);

    expect(next.roundOf("essay")).toEqual({ round: 1, draft: "a", review: "b" });
    expect(pathsOf(next)).toEqual(["essay[2]/write"]);
    await next.onceAround("essay", async () => "end");
    expect(next.roundOf("essay")).toBeUndefined();
  });

  it("holds since when it waits, and what is left of budgets", async () => {
    const progress = new Progress();
    const limits = { calls: 3 };
    const ledger = new Ledger({ path: "essay", limits, atLimit: "ask" });
    const held = ledger.hold({ usd: 0, tokens: 0, calls: 2, seconds: 0 });
    if (held.ok) held.hold.settle({ usd: 1, tokens: 2, calls: 2, seconds: 3 });
    progress.watchAccount("essay", ledger);
    progress.timerOf("pause", 100);

    const next = handOn(progress, { signoff: 50 });

    expect(next.timerOf("pause", 900)).toBe(100);
    expect(next.waitOf("signoff")).toBe(50);
    expect(next.accountOf("essay")).toEqual({
      limits,
      used: { usd: 1, tokens: 2, calls: 2, seconds: 3 },
      isDeclined: false,
    });
  });

  it("cannot be handed on where a value is no data", async () => {
    const progress = new Progress();
    await progress.once("table", async () => new Map());

    expect(progress.carry()).toEqual({ ok: false, unfit: "table" });
  });
});
