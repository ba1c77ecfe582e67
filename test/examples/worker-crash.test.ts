import { SignalboxClient } from "../../client/signalbox-client.ts";
import { support } from "../../examples/support/graphs.ts";
import { deferred } from "../harness/deferred.ts";
import { startFakeOpenAI, type FakeAnswer } from "../harness/fake-openai.ts";
import { startProgram, withFolder, type Program } from "../harness/program.ts";
import { openTestTemporal } from "../harness/temporal.ts";

type Step = "triage" | "draft" | "review";

const GOOD: Readonly<Record<Step, FakeAnswer>> = {
  triage: { content: JSON.stringify({ kind: "card", urgent: true }) },
  draft: { content: JSON.stringify({ text: "Freeze it in the app." }) },
  review: { content: JSON.stringify({ fit: true, reason: "It answers." }) },
};

function stepOf(prompt: string): Step {
  if (prompt.startsWith("Classify")) return "triage";
  return prompt.startsWith("Answer") ? "draft" : "review";
}

describe("a worker that dies in the middle of a call", () => {
  it("leaves a run that the next worker completes, without running a completed step again", () =>
    withFolder(async (cwd) => {
      const calls: Record<Step, number> = { triage: 0, draft: 0, review: 0 };
      const inDraft = deferred();
      const upstream = await startFakeOpenAI(({ url, lastUserMessage }) => {
        // A worker that starts asks for the list of models.
        if (url.endsWith("/models")) return { raw: `{"data":[]}` };
        const step = stepOf(lastUserMessage);
        calls[step] += 1;
        if (step !== "draft" || calls.draft > 1) return GOOD[step];
        inDraft.resolve();
        return { stall: true };
      });
      const env = {
        TEMPORAL_ADDRESS: process.env["SIGNALBOX_TEST_ADDRESS"] ?? "",
        OPENAI_API_KEY: "test-key",
        OPENAI_BASE_URL: upstream.url,
      };
      const startWorker = async (): Promise<Program> => {
        const worker = startProgram("examples/support/worker.js", [], { cwd, env });
        await worker.printed("Worker is up");
        return worker;
      };
      const temporal = await openTestTemporal();
      const client = new SignalboxClient({ temporal: temporal.client });

      const first = await startWorker();
      const id = await client.start(support, { id: "crash", body: "My card was stolen" });
      await inDraft.promise;
      await first.end("SIGKILL");
      const second = await startWorker();
      const result = await client.result(support, id);
      const { attempts } = await client.get(id);
      const exitCode = await second.end("SIGTERM");
      await upstream.stop();
      await temporal.close();

      expect(result).toEqual({ kind: "card", text: "Freeze it in the app." });
      expect(calls).toEqual({ triage: 1, draft: 2, review: 1 });
      expect(exitCode).toBe(0);
      const drafts = attempts.filter(({ step }) => step === "draft");
      expect(drafts).toMatchObject([
        { fallback: 0, status: "failed", kind: "unavailable", mayBeBilled: true, isEstimate: true },
        { fallback: 0, status: "completed", tries: 1 },
      ]);
      expect(drafts[0]?.costNanoUsd).toBeGreaterThan(0);
    }));
});
