import { askWithin } from "../../worker/ask-provider.ts";

it("ends its signal once there is an answer, so that nothing holds on to it", async () => {
  const outer = new AbortController();
  let given: AbortSignal | undefined;

  const answer = await askWithin(
    async (signal) => {
      given = signal;
      return signal.aborted;
    },
    { timeoutMs: 60_000, signal: outer.signal },
  );

  expect(answer).toBe(false);
  expect(given?.aborted).toBe(true);
  expect(outer.signal.aborted).toBe(false);
});
