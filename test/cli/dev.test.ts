/** `signalbox dev` where things go wrong. What goes right is in init.test.ts. */

import { Client, Connection } from "@temporalio/client";
import { once } from "node:events";
import { createServer } from "node:net";
import { z } from "zod";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import { makeEncryptionKey } from "../../payloads/encryption-keys.ts";
import { allGone } from "../harness/processes.ts";
import { freePorts, startProgram, type Program } from "../harness/program.ts";
import { withProject } from "../harness/project.ts";

const CONFIG = "export default { providers: [], models: {} };";

function graphs({ version = "1", steps = "" } = {}): string {
  return `
    import { kit } from "signalbox";
    import { z } from "zod";
    const { graph } = kit();
    export const ask = graph({ id: "ask", version: "${version}", input: z.string() })
      .approval("sure", { decision: z.object({ yes: z.boolean() }), show: ({ input }) => input })
      ${steps}
      .code("done", { run: ({ sure }) => sure.yes });
  `;
}

/** Lends `body` a client of the server of `dev`. */
async function withDevClient<T>(
  port: string,
  body: (client: SignalboxClient) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address: `127.0.0.1:${port}` });
  try {
    return await body(new SignalboxClient({ temporal: new Client({ connection }) }));
  } finally {
    await connection.close();
  }
}

async function startAsk(port: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/graphs/ask/runs`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: `"now?"`,
  });
  return z.object({ id: z.string() }).parse(await response.json()).id;
}

function startDev(cwd: string, env: Readonly<Record<string, string>>): Program {
  return startProgram("cli/main.js", ["dev", "--json"], { cwd, env });
}

describe("signalbox dev", () => {
  it(
    "keeps the last good version while a change is refused, and goes on with its runs in the next",
    () =>
      withProject(
        { "signalbox.config.js": CONFIG, "graphs.js": graphs() },
        async ({ folder, write }) => {
          const ports = await freePorts();
          const dev = startDev(folder, ports);

          await dev.printed(`"event":"serving"`);
          const run = await startAsk(ports.SIGNALBOX_PORT);
          await write("graphs.js", graphs({ steps: `.code("more", { run: () => 1 })` }));
          await dev.printed("CONFIG_GRAPH_CHANGED");
          await write("graphs.js", "throw new Error('half written');");
          await dev.printed("CLI_BROKEN_MODULE");
          await write("graphs.js", graphs().replace("export const ask", "export const other"));
          await dev.printed("CONFIG_EXPORT_NAME");
          const graphsThen = await fetch(`http://127.0.0.1:${ports.SIGNALBOX_PORT}/v1/graphs`);
          // Prompts, results of code and the like may be changed under open runs.
          await write("graphs.js", graphs().replace("sure.yes })", "({ said: sure.yes }) })"));
          await served(dev, 2);
          const result = await withDevClient(ports.SIGNALBOX_TEMPORAL_PORT, async (client) => {
            await client.decide(run, "sure", { yes: true });
            await client.waitUntilClosed(run, 60_000);
            return (await client.get(run)).result;
          });
          const exitCode = await dev.end("SIGTERM");

          const refused = dev
            .output()
            .split("\n")
            .filter((line) => line.includes(`"refused"`));
          expect(refused.map((line) => JSON.parse(line).isServing)).toEqual([true, true, true]);
          expect(graphsThen.status).toBe(200);
          expect(result).toEqual({ said: true });
          expect(exitCode).toBe(0);
          expect(await allGone(folder, 0)).toEqual([]);
        },
      ),
    300_000,
  );

  it(
    "has the Temporal UI ask the API for plain text where runs are encrypted",
    () =>
      withProject({ "signalbox.config.js": CONFIG, "graphs.js": graphs() }, async ({ folder }) => {
        const ports = await freePorts();
        const { entry } = makeEncryptionKey("now");
        const dev = startDev(folder, { ...ports, SIGNALBOX_ENCRYPTION_KEYS: entry });

        await dev.printed(`"event":"serving"`);
        const ui = `http://127.0.0.1:${ports.SIGNALBOX_TEMPORAL_UI_PORT}`;
        const settings = z.object({ Codec: z.looseObject({ Endpoint: z.string() }) });
        const { Codec } = settings.parse(await (await fetch(`${ui}/api/v1/settings`)).json());
        const asked = await fetch(`${Codec.Endpoint}/decode`, {
          method: "POST",
          headers: { "content-type": "application/json", origin: ui },
          body: "{}",
        });
        await dev.end("SIGTERM");

        expect(Codec.Endpoint).toBe(`http://127.0.0.1:${ports.SIGNALBOX_PORT}/codec`);
        expect(asked.status).toBe(200);
        expect(asked.headers.get("access-control-allow-origin")).toBe(ui);
      }),
    300_000,
  );

  it(
    "leaves no process behind when it is killed, whatever it was doing",
    () =>
      withProject({ "signalbox.config.js": CONFIG, "graphs.js": graphs() }, async ({ folder }) => {
        const ports = await freePorts();
        const dev = startDev(folder, ports);

        await dev.printed(`"event":"serving"`);
        await dev.end("SIGKILL");

        expect(await allGone(folder, 60_000)).toEqual([]);
      }),
    300_000,
  );

  it(
    "says what is wrong from the start, waits, and begins once it is mended; a closed terminal ends it",
    () =>
      withProject(
        { "signalbox.config.js": CONFIG, "graphs.js": "export {};" },
        async ({ folder, write }) => {
          const ports = await freePorts();
          const dev = startDev(folder, ports);

          await dev.printed("CONFIG_NO_GRAPHS");
          const before = dev.output();
          await write("graphs.js", graphs());
          await dev.printed(`"event":"serving"`);
          const exitCode = await dev.end("SIGHUP");

          expect(before).toContain(`"isServing":false`);
          expect(exitCode).toBe(0);
          expect(await allGone(folder, 0)).toEqual([]);
        },
      ),
    300_000,
  );

  it.each(["SIGNALBOX_PORT", "SIGNALBOX_TEMPORAL_PORT"] as const)(
    "says that the port of %s is in use, and leaves nothing running",
    (variable) =>
      withProject({ "signalbox.config.js": CONFIG, "graphs.js": graphs() }, async ({ folder }) => {
        const ports = await freePorts();
        const blocker = createServer().listen(Number(ports[variable]), "127.0.0.1");
        await once(blocker, "listening");

        const dev = startDev(folder, ports);
        const exitCode = await dev.ended;
        blocker.close();

        expect(dev.output()).toContain(`error PORT_IN_USE: Port "${ports[variable]}"`);
        expect(dev.output()).not.toMatch(/^ +at /m);
        expect(exitCode).toBe(1);
        expect(await allGone(folder, 0)).toEqual([]);
      }),
    120_000,
  );

  it("says how TypeScript is compiled where nothing does", () =>
    withProject(
      { "signalbox.config.ts": CONFIG, "dist/signalbox.config.js": CONFIG },
      async ({ folder }) => {
        const dev = startDev(folder, await freePorts());
        const exitCode = await dev.ended;

        expect(dev.output()).toContain("error CLI_NO_COMPILER");
        expect(exitCode).toBe(1);
      },
    ));
});

/** Resolves once it serves for the `count`th time. */
async function served(dev: Program, count: number): Promise<void> {
  const lines = dev.output().split(`"event":"serving"`).length - 1;
  if (lines >= count) return;
  await dev.printedMore();
  await served(dev, count);
}
