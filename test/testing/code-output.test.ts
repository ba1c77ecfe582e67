/** What a `code` says that it gives: checked, and part of the graph's data form. */

import { kit } from "signalbox";
import { z } from "zod";
import { runInProcess } from "../../testing/run-in-process.ts";
import { recordedModels } from "../harness/recorded-models.ts";

const { graph } = kit<{ readonly models: { readonly small: unknown } }>();

const Sum = z.object({ sum: z.number().max(10) });

const adding = graph({ id: "adding", input: z.object({ numbers: z.array(z.number()) }) }).code(
  "add",
  {
    run: ({ input }) => ({ sum: input.numbers.reduce((sum, number) => sum + number, 0) }),
    output: Sum,
  },
);

const models = recordedModels(() => ({ value: "never asked" }));

it("is in the graph's data form, and a part of its fingerprint", () => {
  const silent = graph({ id: "adding", input: z.object({ numbers: z.array(z.number()) }) }).code(
    "add",
    { run: () => ({ sum: 0 }) },
  );

  expect(adding.toJSON().steps).toEqual([
    { id: "add", kind: "code", needs: [], output: expect.objectContaining({ required: ["sum"] }) },
  ]);
  expect(silent.toJSON().steps).toEqual([{ id: "add", kind: "code", needs: [] }]);
  expect(adding.fingerprint).not.toBe(silent.fingerprint);
});

it("leaves a value that fits as it is", async () => {
  const run = await runInProcess(adding, { numbers: [3, 4] }, models);

  expect(run).toMatchObject({ status: "completed", result: { sum: 7 } });
});

it("ends the run where a value does not fit, without quoting it", async () => {
  const run = await runInProcess(adding, { numbers: [9, 8] }, models);

  expect(run).toMatchObject({
    status: "failed",
    error: {
      code: "RUN_CALLBACK_ERROR",
      message: expect.stringContaining('it gave what does not fit its "output": "sum": Too big'),
    },
  });
  expect(run.error?.message).not.toContain("17");
});

it("has to be of the type that run gives", () => {
  const typed = graph({ id: "typed", input: z.object({}) }).code("text", {
    run: () => "text",
    // @ts-expect-error -- A number is no text.
    output: z.number(),
  });

  expect(typed.id).toBe("typed");
});
