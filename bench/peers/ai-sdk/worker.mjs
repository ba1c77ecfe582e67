/** The worker of the workflow with `@temporalio/ai-sdk`. Copied to where its packages are; speaks as `load/child-side.ts` does. */

import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { AiSdkPlugin } from "@temporalio/ai-sdk";
import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";

const [taskQueue] = process.argv.slice(2);

const bindAddress = `127.0.0.1:${await freePort()}`;
Runtime.install({
  logger: new DefaultLogger("WARN"),
  shutdownSignals: [],
  telemetryOptions: {
    logging: { filter: { core: "ERROR" } },
    metrics: { prometheus: { bindAddress } },
  },
});
const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS });
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowsPath: fileURLToPath(new URL("workflows.mjs", import.meta.url)),
  plugins: [
    new AiSdkPlugin({
      modelProvider: createOpenAICompatible({
        name: "up",
        baseURL: process.env.BENCH_UPSTREAM,
        supportsStructuredOutputs: true,
      }),
    }),
  ],
});
const stopped = worker.run();

process.on("message", (question) => {
  if (question === "usage") process.send({ usage: usageNow() });
  else void stop();
});
process.once("disconnect", () => process.exit(1));
process.send({ ready: { metricsUrl: `http://${bindAddress}/metrics` } });

async function stop() {
  worker.shutdown();
  await stopped;
  await connection.close();
  process.exit();
}

function usageNow() {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return { rssBytes: rss, heapUsedBytes: heapUsed, cpuMs: (user + system) / 1_000 };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
