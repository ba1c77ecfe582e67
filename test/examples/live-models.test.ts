import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findLiveModels } from "../../examples/support/live-models.ts";

/** An Ollama as far as the example looks at it. */
async function startFakeOllama(body: string): Promise<{ host: string; server: Server }> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/api/tags" ? 200 : 404).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A string only for Unix sockets.
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, server };
}

const NO_OLLAMA = { OLLAMA_HOST: "127.0.0.1:1" };

describe("the models of the example", () => {
  it("are none without a key and without Ollama", async () => {
    expect(await findLiveModels(NO_OLLAMA)).toBeUndefined();
  });

  it("are those of every key there is, each provider the other's fallback", async () => {
    const keys = { OPENAI_API_KEY: "one", OPENROUTER_API_KEY: "two" };

    const live = await findLiveModels({ ...NO_OLLAMA, ...keys });

    expect(live?.providers.map(({ id }) => id)).toEqual(["openai", "openrouter"]);
    expect(live?.writer).toEqual([
      "openai/gpt-5",
      "openai/gpt-5-mini",
      "openrouter/anthropic/claude-sonnet-4.5",
      "openrouter/openai/gpt-5",
    ]);
  });

  it("begin with a model file that is named, whatever else there is", async () => {
    const folder = await mkdtemp(join(tmpdir(), "signalbox-models-"));
    const file = join(folder, "tiny.gguf");
    await writeFile(file, "GGUF");

    const live = await findLiveModels({
      ...NO_OLLAMA,
      SIGNALBOX_LOCAL_MODEL: file,
      OPENAI_API_KEY: "one",
    });
    await rm(folder, { recursive: true });

    expect(live?.providers.map(({ id }) => id)).toEqual(["local", "openai"]);
    expect(live?.small).toEqual(["local/file", "openai/gpt-5-mini"]);
  });

  it("are those that Ollama has", async () => {
    const { host, server } = await startFakeOllama(`{"models":[{"name":"llama3.2:3b"}]}`);

    const live = await findLiveModels({ OLLAMA_HOST: host });
    server.close();

    expect(live?.providers.map(({ id }) => id)).toEqual(["ollama"]);
    expect(live?.small).toEqual(["ollama/llama3.2:3b"]);
  });

  it.each([['{"models":[]}'], ["<html>"]])("leave an Ollama out that answers %s", async (body) => {
    const { host, server } = await startFakeOllama(body);

    const live = await findLiveModels({ OLLAMA_HOST: host });
    server.close();

    expect(live).toBeUndefined();
  });
});
