/** Writes the source of a graph of any length: every verb, needs across, callbacks that read far back. */

/** What to write. */
export interface GraphSourceOptions {
  /** 0 for a graph without steps: what is left is the price of checking the project itself. */
  readonly steps: number;
  /** The step, counted from 0, one of whose callbacks reads a field that is not there. Default: none. */
  readonly wrongStep?: number;
}

/** A module that exports one graph. */
export interface GraphSource {
  readonly text: string;
  /** The line, counted from 1, with the wrong field; `undefined` where none was asked for. */
  readonly wrongLine: number | undefined;
}

const HEAD = `import { kit } from "signalbox";
import { z } from "zod";

interface Config {
  readonly models: { readonly small: unknown; readonly large: unknown };
  readonly tools: {
    readonly find: { input: z.ZodObject<{ query: z.ZodString }>; output: z.ZodObject<{ hits: z.ZodNumber }> };
  };
}

const { graph } = kit<Config>();
const Text = z.object({ text: z.string() });
const Value = Text.extend({ kind: z.enum(["left", "right"]), tags: z.array(z.string()), score: z.number() });
const helper = graph({ id: "helper", input: Text }).step("answer", {
  model: "small",
  output: Value,
  prompt: ({ input }) => input.text,
});

export const generated = graph({ id: "generated", input: Value, defaults: { model: "small" } })`;

const WRONG_FIELD = "missingField";

/** Writes a module with a graph of `steps` steps. */
export function writeGraph({ steps, wrongStep }: GraphSourceOptions): GraphSource {
  const written = Array.from({ length: steps }, (_, index) =>
    writeStep(index, index === wrongStep ? WRONG_FIELD : "text"),
  );
  const text = `${[HEAD, ...written].join("\n")};\n`;
  const line = text.split("\n").findIndex((there) => there.includes(WRONG_FIELD));
  return { text, wrongLine: line < 0 ? undefined : line + 1 };
}

/** The names a step's callbacks use. */
interface StepNames {
  readonly id: string;
  /** The model call at the head of this step's group of ten, and the one five groups before. */
  readonly head: string;
  readonly far: string;
  /** The field that one callback reads of `far`. */
  readonly field: string;
  /** Gives the id of the step `back` steps before. */
  readonly before: (back: number) => string;
}

function writeStep(index: number, field: string): string {
  const first = index - (index % WRITERS.length);
  const far = first - 5 * WRITERS.length;
  const names: StepNames = {
    id: `s${index}`,
    head: `s${first}`,
    far: far < 0 ? "input" : `s${far}`,
    field,
    before: (back) => `s${index - back}`,
  };
  const write = WRITERS[index % WRITERS.length];
  return write === undefined ? "" : write(names);
}

/** One group of steps: its head is a model call that the others read; 3, 4 and 5 run side by side. */
const WRITERS: readonly ((names: StepNames) => string)[] = [
  ({ id, far, field }) => `  .step("${id}", {
    model: "large",
    output: Value,
    prompt: ({ ${far === "input" ? "input" : `input, ${far}`} }) =>
      input.text +
      ${far}.${field},
  })`,
  ({ id, head, far, field }) => `  .maybe("${id}", {
    when: ({ ${head} }) => ${head}.score > 1,
    output: Text,
    prompt: ({ ${head}, ${far} }) =>
      ${head}.text +
      ${far}.${field},
  })`,
  ({ id, far, field, before }) => `  .code("${id}", {
    run: ({ ${before(1)}, ${far} }) => ({
      text: ${before(1)}?.text ?? "",
      more: ${far}.${field},
    }),
  })`,
  ({ id, head, far, field }) => `  .branch("${id}", {
    needs: ["${head}"],
    on: ({ ${head} }) => ${head}.kind,
    cases: {
      left: (flow) =>
        flow.step("answer", {
          output: Text,
          prompt: ({ ${far} }) =>
            ${far}.${field},
        }),
      right: (flow) => flow.code("skip", { run: () => 1 }),
    },
  })`,
  ({ id, head, far, field }) => `  .map("${id}", {
    needs: ["${head}"],
    over: ({ ${head} }) => ${head}.tags,
    each: (flow) =>
      flow.step("summary", {
        output: Text,
        prompt: ({ item, ${far} }) =>
          item +
          ${far}.${field},
      }),
  })`,
  ({ id, head, far, field }) => `  .refine("${id}", {
    needs: ["${head}"],
    maxRounds: 3,
    write: {
      output: Text,
      prompt: ({ last, ${far} }) =>
        (last?.draft.text ?? "") +
        ${far}.${field},
    },
    review: { output: z.object({ fit: z.boolean() }), prompt: ({ draft }) => draft.text },
    accept: (review) => review.fit,
  })`,
  ({ id, far, field, before }) => `  .approval("${id}", {
    needs: ["${before(1)}", "${before(2)}", "${before(3)}", "${before(4)}"],
    decision: z.boolean(),
    show: ({ ${before(1)}, ${far} }) => [
      ${before(1)}.draft.text,
      ${far}.${field},
    ],
  })`,
  ({ id, far, field }) => `  .tool("${id}", {
    tool: "find",
    input: ({ ${far} }) => ({
      query: ${far}.${field},
    }),
  })`,
  ({ id, far, field }) => `  .sub("${id}", {
    graph: helper,
    input: ({ ${far} }) => ({
      text: ${far}.${field},
    }),
  })`,
  ({ id, far, field, before }) => `  .code("${id}", {
    run: ({ ${before(1)}, ${before(2)}, ${before(6)}, ${far} }) => [
      ${before(1)}.text,
      ${before(2)}.hits,
      ${before(6)}.case,
      ${far}.${field},
    ],
  })`,
];
