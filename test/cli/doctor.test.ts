import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { failed, hideSecrets, ok, type Finding } from "../../cli/doctor/finding.ts";
import { judgeTemporal } from "../../cli/doctor/check-temporal.ts";
import { KEY_VARIABLES } from "../../cli/doctor/key-variables.ts";
import { freePorts } from "../harness/program.ts";
import { withProject } from "../harness/project.ts";

const PROVIDERS = join(__dirname, "../../plugins/providers");

const GRAPHS = `
  import { kit } from "signalbox";
  import { z } from "zod";
  const { graph } = kit();
  export const ask = graph({ id: "ask", version: "4", input: z.string() })
    .step("say", { model: "small", output: z.string(), prompt: ({ input }) => input });
`;
const CONFIG = `
  import { simulated } from "signalbox/providers/simulated";
  import { openrouter } from "signalbox/providers/openrouter";
  export default {
    providers: [simulated({ replies: () => ({ value: 1 }) }), openrouter({ baseURL: "http://127.0.0.1:1" })],
    models: { small: ["simulated/small"] },
  };
`;
const files = { "signalbox.config.js": CONFIG, "graphs.js": GRAPHS };
const KEY = "sk-canary-4f1b90aa";

/** The findings by what was looked at, as `doctor --json` prints them. */
async function examine(
  given: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<{
  readonly found: ReadonlyMap<string, Finding>;
  readonly exitCode: number | null;
  readonly output: string;
}> {
  return withProject(
    given,
    async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("doctor", "--json");
      const { findings }: { findings: Finding[] } = JSON.parse(output);
      return {
        found: new Map(findings.map((finding) => [finding.check, finding])),
        exitCode,
        output,
      };
    },
    env,
  );
}

describe("signalbox doctor", () => {
  it("looks at the machine, the project and its providers, and never shows a key", async () => {
    const { SIGNALBOX_PORT, SIGNALBOX_TEMPORAL_PORT } = await freePorts();

    const { found, exitCode, output } = await examine(files, {
      SIGNALBOX_PORT,
      TEMPORAL_ADDRESS: `127.0.0.1:${SIGNALBOX_TEMPORAL_PORT}`,
      OPENROUTER_API_KEY: KEY,
    });

    const status = (check: string): string | undefined => found.get(check)?.status;
    expect(
      ["Node", "configuration", "graphs", "price list", "API port", "journal"].map(status),
    ).toEqual(["ok", "ok", "ok", "ok", "ok", "ok"]);
    expect(found.get("key of openrouter")).toMatchObject({ message: "OPENROUTER_API_KEY is set" });
    expect(found.get("prices")).toMatchObject({
      status: "warning",
      message: "not known: simulated/small",
    });
    // Nothing is there, and the address was given.
    expect(found.get("Temporal")).toMatchObject({ status: "failed" });
    expect(found.get("provider openrouter")).toMatchObject({ status: "failed" });
    expect(found.get("journal")?.message).toMatch(/^keeps replies, in \d+ ms$/);
    expect(output).not.toContain(KEY);
    expect(exitCode).toBe(1);
  });

  it("says which variable a provider's key is missing from, and that keys of the API cannot be read", async () => {
    const { SIGNALBOX_PORT } = await freePorts();

    const { found } = await examine(files, {
      SIGNALBOX_PORT,
      SIGNALBOX_API_KEYS_FILE: "/nowhere/keys",
    });

    expect(found.get("configuration")?.message).toContain("OPENROUTER_API_KEY");
    expect(found.get("graphs")).toMatchObject({ status: "ok", message: "ask 4" });
    expect(found.get("API keys")?.message).toContain("KEYS_INVALID");
  });

  it("knows of every provider where it finds its key", () => {
    const read = readdirSync(PROVIDERS).map((file) => readFileSync(join(PROVIDERS, file), "utf8"));
    const calls = read.flatMap((code) => [
      ...code.matchAll(/readKey\("([\w-]+)", options, \[([^\]]+)\]/g),
    ]);

    const variables = calls.map(([, id, names = ""]) => [
      id,
      [...names.matchAll(/[A-Z_]{3,}/g)].map(String),
    ]);

    expect(Object.fromEntries(variables)).toEqual(KEY_VARIABLES);
  });
});

describe("what doctor says of Temporal", () => {
  const server = { address: "t:7233", namespace: "shop", version: "1.29.1" };

  it.each([
    [
      "nothing there, and nobody said there would be",
      { address: "t:7233", namespace: "shop" },
      false,
      ["warning"],
    ],
    ["nothing where it was said to be", { address: "t:7233", namespace: "shop" }, true, ["failed"]],
    [
      "a namespace that is not there",
      { ...server, namespaceProblem: "gone" },
      true,
      ["ok", "failed"],
    ],
    [
      "all there is to have",
      { ...server, missingAttributes: [], pollers: 2 },
      true,
      ["ok", "ok", "ok", "ok"],
    ],
    [
      "no attributes and no worker",
      { ...server, missingAttributes: ["SignalboxGraph"], pollers: 0 },
      true,
      ["ok", "ok", "warning", "warning"],
    ],
  ])("tells %s", (_what, diagnosis, isNamed, statuses) => {
    const findings = judgeTemporal(diagnosis, isNamed);

    const mended = findings.filter(({ status, remedy }) => status === "ok" || remedy !== undefined);
    expect(findings.map(({ status }) => status)).toEqual(statuses);
    expect(mended).toEqual(findings);
  });
});

describe("hideSecrets", () => {
  it("hides what the environment keeps secret, wherever a message quotes it", () => {
    const env = { OPENAI_API_KEY: `${KEY}\n`, SHORT_TOKEN: "abc", HOME: "/home/somebody" };

    const findings = hideSecrets(
      [failed("a", `Bearer ${KEY}`, `not ${KEY}`), ok("b", "abc /home/somebody")],
      env,
    );

    expect(findings).toEqual([failed("a", "Bearer ***", "not ***"), ok("b", "abc /home/somebody")]);
  });
});
