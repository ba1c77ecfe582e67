import { kit } from "signalbox";
import { z } from "zod";
import { InProcessError, runInProcess } from "../../testing/run-in-process.ts";

const { graph } = kit<{ readonly models: { readonly small: unknown } }>();

const DAY_MS = 86_400_000;

/** For runs that ask no model. */
const quiet = { providers: [], models: {} };

const input = z.object({ amount: z.number() });
const Decision = z.object({ approved: z.boolean(), note: z.string().default("none") });

describe("approval", () => {
  const deciding = graph({ id: "deciding", input })
    .approval("signoff", {
      decision: Decision,
      show: ({ input: { amount } }) => ({ refund: amount }),
    })
    .code("last", { run: ({ signoff }) => signoff });

  it("takes the decision that the test gives, as the schema leaves it", async () => {
    const decisions = { signoff: { approved: true } };

    const run = await runInProcess(deciding, { amount: 7 }, { ...quiet, decisions });

    expect(run).toMatchObject({ result: { approved: true, note: "none" }, durationMs: 0 });
  });

  it("lets a function decide on what the person would be shown", async () => {
    const decisions = {
      signoff: ({ refund }: { refund: number }) => ({ approved: refund < 10, note: `${refund}` }),
    };

    const { result } = await runInProcess(deciding, { amount: 70 }, { ...quiet, decisions });

    expect(result).toEqual({ approved: false, note: "70" });
  });

  it("rejects for a decision that does not fit, naming step and place", async () => {
    const decisions = { signoff: { approved: "yes" } };

    const run = runInProcess(deciding, { amount: 7 }, { ...quiet, decisions });

    await expect(run).rejects.toThrow(InProcessError);
    await expect(run).rejects.toThrow(/step "signoff" does not fit: "approved": Invalid input/);
  });

  it("rejects when nobody decides, naming the step", async () => {
    const run = runInProcess(deciding, { amount: 7 }, quiet);

    await expect(run).rejects.toThrow(InProcessError);
    await expect(run).rejects.toThrow('waits for ever: decision for "signoff"');
  });

  it("names all steps that wait, with their paths", async () => {
    const many = graph({ id: "many", input }).map("each", {
      over: () => [1, 2],
      each: (flow) =>
        flow
          .approval("signoff", { decision: Decision, show: () => null })
          .wait("paid", { needs: [], event: z.boolean() }),
    });
    const decisions = { "each[0]/signoff": { approved: true } };

    const run = runInProcess(many, { amount: 7 }, { ...quiet, decisions });

    await expect(run).rejects.toThrow('event for "each[0]/paid"');
    await expect(run).rejects.toThrow('decision for "each[1]/signoff"');
    await expect(run).rejects.not.toThrow('decision for "each[0]/signoff"');
  });

  it("does not take what every object has for a decision", async () => {
    const named = graph({ id: "named", input }).approval("constructor", {
      decision: z.unknown(),
      show: () => null,
    });

    const run = runInProcess(named, { amount: 7 }, { ...quiet, decisions: {} });

    await expect(run).rejects.toThrow('waits for ever: decision for "constructor"');
  });

  describe("with a condition", () => {
    const conditional = graph({ id: "conditional", input }).approval("signoff", {
      when: ({ input: { amount } }) => amount > 50,
      otherwise: { approved: true, note: "small sum" },
      decision: Decision,
      show: () => null,
    });

    it("asks nobody where it does not hold", async () => {
      const { result } = await runInProcess(conditional, { amount: 50 }, quiet);

      expect(result).toEqual({ approved: true, note: "small sum" });
    });

    it("asks where it holds", async () => {
      const decisions = { signoff: { approved: false } };

      const { result } = await runInProcess(conditional, { amount: 51 }, { ...quiet, decisions });

      expect(result).toEqual({ approved: false, note: "none" });
    });
  });

  describe("with a deadline", () => {
    const patient = graph({ id: "patient", input }).approval("signoff", {
      decision: Decision,
      show: () => null,
      timeout: "2 days",
      onTimeout: { approved: false, note: "too late" },
    });

    it("goes on by itself after two days that take no time", async () => {
      const startedAt = performance.now();

      const run = await runInProcess(patient, { amount: 7 }, quiet);

      expect(run).toMatchObject({
        result: { approved: false, note: "too late" },
        durationMs: 2 * DAY_MS,
      });
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    });

    it("does not wait for it once there is a decision", async () => {
      const decisions = { signoff: { approved: true } };

      const run = await runInProcess(patient, { amount: 7 }, { ...quiet, decisions });

      expect(run).toMatchObject({ result: { approved: true }, durationMs: 0 });
    });

    it("lets a function leave it undecided", async () => {
      const decisions = { signoff: () => undefined };

      const { result } = await runInProcess(patient, { amount: 7 }, { ...quiet, decisions });

      expect(result).toEqual({ approved: false, note: "too late" });
    });
  });

  it("is found in another graph under the path of the step that runs it", async () => {
    const outer = graph({ id: "outer", input }).sub("inner", {
      graph: deciding,
      input: ({ input: given }) => given,
    });
    const decisions = { "inner/signoff": { approved: true } };

    const { result } = await runInProcess(outer, { amount: 7 }, { ...quiet, decisions });

    expect(result).toMatchObject({ approved: true });
  });
});

describe("wait", () => {
  it("lets time pass, and has no value", async () => {
    const sleeping = graph({ id: "sleeping", input })
      .wait("pause", { duration: "1.5 hours" })
      .wait("again", { duration: "2 days" })
      .code("last", { run: ({ pause, again }) => [pause ?? "none", again ?? "none"] });

    const run = await runInProcess(sleeping, { amount: 7 }, quiet);

    expect(run).toMatchObject({
      result: ["none", "none"],
      durationMs: 1.5 * 3_600_000 + 2 * DAY_MS,
    });
  });

  describe("for an event", () => {
    const paying = graph({ id: "paying", input }).wait("paid", {
      event: z.object({ cents: z.number(), currency: z.string().default("EUR") }),
      timeout: "14 days",
      onTimeout: { cents: 0, currency: "none" },
    });

    it("takes the one that the test sends", async () => {
      const events = { paid: { cents: 5 } };

      const run = await runInProcess(paying, { amount: 7 }, { ...quiet, events });

      expect(run).toMatchObject({ result: { cents: 5, currency: "EUR" }, durationMs: 0 });
    });

    it("goes on by itself after its deadline", async () => {
      const run = await runInProcess(paying, { amount: 7 }, quiet);

      expect(run).toMatchObject({
        result: { cents: 0, currency: "none" },
        durationMs: 14 * DAY_MS,
      });
    });

    it("takes no decision for an event", async () => {
      const decisions = { paid: { cents: 5 } };

      const { result } = await runInProcess(paying, { amount: 7 }, { ...quiet, decisions });

      expect(result).toMatchObject({ cents: 0 });
    });

    it("rejects for one that does not fit", async () => {
      const events = { paid: { cents: "five" } };

      const run = runInProcess(paying, { amount: 7 }, { ...quiet, events });

      await expect(run).rejects.toThrow(/step "paid" does not fit: "cents"/);
    });

    it("rejects when none comes and there is no deadline", async () => {
      const endless = graph({ id: "endless", input }).wait("paid", { event: z.boolean() });

      const run = runInProcess(endless, { amount: 7 }, quiet);

      await expect(run).rejects.toThrow('waits for ever: event for "paid"');
    });
  });
});
