import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { Client, Connection } from "@temporalio/client";
import { startFakeOpenAI, type FakeAnswer } from "../harness/fake-openai.ts";
import { freePorts, startProgram, withFolder } from "../harness/program.ts";

const MAIN = "examples/support/main.js";

async function isOpen(port: string): Promise<boolean> {
  const socket = connect(Number(port), "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** What the README says a run prints. */
function readmeOutput(): string {
  const readme = readFileSync(join(__dirname, "../../README.md"), "utf8");
  const [, output = "README without output"] = /^```text\n(.*?)^```$/ms.exec(readme) ?? [];
  return output;
}

function answerTo(prompt: string): FakeAnswer {
  if (prompt.startsWith("Classify")) return { content: `{"kind":"card","urgent":false}` };
  if (prompt.startsWith("Answer")) return { content: `{"text":"Look under Cards."}` };
  return { content: `{"fit":true,"reason":"It answers."}` };
}

describe("npm start", () => {
  it("runs the tickets, each with a fallback, and stays up until Ctrl-C", () =>
    withFolder(async (cwd) => {
      const ports = await freePorts();
      const program = startProgram(MAIN, [], { cwd, env: ports });

      await program.printed("Up until Ctrl-C");
      const address = `127.0.0.1:${ports.SIGNALBOX_TEMPORAL_PORT}`;
      const connection = await Connection.connect({ address });
      const { count } = await new Client({ connection }).workflow.count(
        `WorkflowType = "support" AND ExecutionStatus = "Completed" AND SignalboxGraph = "support"`,
      );
      await connection.close();
      const ui = await fetch(`http://127.0.0.1:${ports.SIGNALBOX_TEMPORAL_UI_PORT}`);
      const graphs = await fetch(`http://127.0.0.1:${ports.SIGNALBOX_PORT}/v1/graphs`);
      const exitCode = await program.end("SIGINT");

      expect(program.output()).toContain("12 of 12 runs completed, 12 with a fallback");
      expect(program.output()).toContain("SIMULATED, no model is called");
      expect(program.output()).toContain(readmeOutput());
      expect(count).toBe(12);
      expect([ui.status, graphs.status]).toEqual([200, 200]);
      expect(exitCode).toBe(0);
      expect(await Promise.all(Object.values(ports).map(isOpen))).toEqual([false, false, false]);
    }));

  it.each([
    ["SIGNALBOX_PORT", "the API"],
    ["SIGNALBOX_TEMPORAL_PORT", "the Temporal server"],
    ["SIGNALBOX_TEMPORAL_UI_PORT", "the Temporal UI"],
  ] as const)(
    "says which port is in use when %s is, and leaves nothing running",
    (variable, what) =>
      withFolder(async (cwd) => {
        const ports = await freePorts();
        const blocker = createServer().listen(Number(ports[variable]), "127.0.0.1");
        await once(blocker, "listening");

        const program = startProgram(MAIN, ["--once"], { cwd, env: ports });
        const exitCode = await program.ended;
        blocker.close();
        await once(blocker, "close");

        expect(exitCode).toBe(1);
        expect(program.output()).toContain(what);
        expect(program.output()).toContain(ports[variable]);
        expect(program.output()).toContain(variable);
        expect(program.output()).not.toMatch(/^ +at /m);
        expect(await Promise.all(Object.values(ports).map(isOpen))).toEqual([false, false, false]);
      }),
  );

  it("says that no Temporal server answers at TEMPORAL_ADDRESS", () =>
    withFolder(async (cwd) => {
      const ports = await freePorts();
      const address = `127.0.0.1:${ports.SIGNALBOX_TEMPORAL_PORT}`;

      const program = startProgram(MAIN, ["--once"], {
        cwd,
        env: { ...ports, TEMPORAL_ADDRESS: address },
      });
      const exitCode = await program.ended;

      expect(exitCode).toBe(1);
      expect(program.output()).toContain(`No Temporal server answers at "${address}"`);
      expect(program.output()).not.toMatch(/^ +at /m);
    }));

  it("says which ways to a Temporal server were tried when none is open", () =>
    withFolder(async (cwd) => {
      const env = { ...(await freePorts()), PATH: "", SIGNALBOX_CACHE_DIR: cwd };

      // A file where the download wants a folder stands for a network that is not there.
      await writeFile(join(cwd, "blocked"), "");
      const program = startProgram(MAIN, ["--once"], {
        cwd,
        env: { ...env, SIGNALBOX_CACHE_DIR: join(cwd, "blocked") },
      });
      const exitCode = await program.ended;

      expect(exitCode).toBe(1);
      expect(program.output()).toMatch(/PATH.*cached.*download.*Go/s);
      expect(program.output()).toContain("TEMPORAL_ADDRESS");
      expect(program.output()).not.toMatch(/^ +at /m);
    }));

  it("uses real models when there is a key, says so, and never shows the key", () =>
    withFolder(async (cwd) => {
      const upstream = await startFakeOpenAI(({ lastUserMessage }) => answerTo(lastUserMessage));
      const env = {
        ...(await freePorts()),
        OPENAI_API_KEY: "canary-key-1f3d",
        OPENAI_BASE_URL: upstream.url,
      };

      const program = startProgram(MAIN, ["--once"], { cwd, env });
      const exitCode = await program.ended;
      await upstream.stop();

      expect(exitCode).toBe(0);
      expect(program.output()).toContain("Models: real, from openai.");
      expect(program.output()).toContain("12 of 12 runs completed, 0 with a fallback");
      expect(program.output()).not.toContain("simulated/");
      expect(program.output()).not.toContain("canary-key-1f3d");
      expect(upstream.requests[0]?.headers.authorization).toBe("Bearer canary-key-1f3d");
      expect(await readFile(join(cwd, ".signalbox/temporal.db"), "latin1")).not.toContain(
        "canary-key-1f3d",
      );
    }));
});
