import { once } from "node:events";
import { connect, createServer } from "node:net";
import { Client, Connection } from "@temporalio/client";
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
});
