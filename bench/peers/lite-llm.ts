/** LiteLLM's proxy, without a database, as its documentation starts it. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../load/free-port.ts";
import { installFromPyPi } from "./install.ts";
import { startPeerServer, type PeerServer } from "./process.ts";

const PACKAGES: readonly string[] = ["litellm[proxy]==1.106.2"];

/**
 * Starts it in front of `upstreamUrl`.
 *
 * @throws {PeerUnavailable}
 */
export async function startLiteLlm(upstreamUrl: string): Promise<PeerServer> {
  const folder = await installFromPyPi({ name: "litellm", packages: PACKAGES });
  const config = join(folder, "bench.json");
  const params = { model: "openai/one", api_base: upstreamUrl, api_key: "none" };
  // JSON is YAML.
  await writeFile(
    config,
    JSON.stringify({ model_list: [{ model_name: "one", litellm_params: params }] }),
  );
  const port = await freePort();
  return startPeerServer({
    name: "LiteLLM's proxy",
    command: join(folder, "bin/litellm"),
    args: ["--config", config, "--host", "127.0.0.1", "--port", `${port}`],
    cwd: folder,
    env: {
      // It asks for no key, as the API beside it.
      LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY: "true",
      // What it would fetch or send when it starts.
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
      LITELLM_TELEMETRY: "False",
      LITELLM_LOG: "ERROR",
    },
    url: `http://127.0.0.1:${port}`,
  });
}
