import { context, trace, TraceFlags } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { createLogger } from "../../worker/logging/logger.ts";
import { temporalLogger } from "../../worker/logging/temporal-logger.ts";

function logging(): {
  readonly lines: () => readonly unknown[];
  readonly log: ReturnType<typeof temporalLogger>;
} {
  const lines: string[] = [];
  const logger = createLogger("trace", { write: (line) => void lines.push(line) });
  return {
    lines: () => lines.map((line): unknown => JSON.parse(line)),
    log: temporalLogger({}, logger),
  };
}

it("writes a line of JSON for each event, with the places that are known", () => {
  const { lines, log } = logging();

  log.warn("Activity failed", { workflowId: "run", attempt: 2, secret: "sk-1", memo: { a: 1 } });

  expect(lines()).toEqual([
    {
      level: "warn",
      time: expect.stringMatching(/^20.*Z$/) as unknown,
      workflowId: "run",
      attempt: 2,
      msg: "Activity failed",
    },
  ]);
});

it("tells our own errors with their causes, and of a tool's only the name: its message may hold anything", () => {
  const { lines, log } = logging();
  const error = new TypeError("the prompt was: hello", { cause: new Error("why") });

  log.error("one", { activityType: "signalbox.attempt", error });
  log.error("two", { activityType: "findAccount", error });

  const [ours, tools] = lines();
  expect(ours).toMatchObject({
    error: expect.stringMatching(/TypeError: the prompt[^]*caused by Error: why/) as unknown,
  });
  expect(tools).toMatchObject({ error: "TypeError" });
});

it("says within a span which one", () => {
  const manager = new AsyncLocalStorageContextManager().enable();
  context.setGlobalContextManager(manager);
  const { lines, log } = logging();
  const place = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
  const inside = trace.setSpanContext(context.active(), {
    ...place,
    traceFlags: TraceFlags.SAMPLED,
  });

  context.with(inside, () => log.info("inside"));
  log.info("outside");
  context.disable();

  const [within, without] = lines();
  expect(within).toMatchObject({ trace_id: place.traceId, span_id: place.spanId });
  expect(without).not.toHaveProperty("trace_id");
});
