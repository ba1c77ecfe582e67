/** A client with a connection of its own, by Temporal's own configuration. */

import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import { TEST_AUTHORITY } from "../fixtures/certificates.ts";
import { threeSteps } from "../fixtures/graphs.ts";
import { withFolder } from "../harness/program.ts";
import { openTestTemporal } from "../harness/temporal.ts";

const TICKET = { body: "My card is gone" };
const address = process.env["SIGNALBOX_TEST_ADDRESS"] ?? "";

async function withConfigFile<T>(text: string, body: (file: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const file = join(folder, "temporal.toml");
    await writeFile(file, text);
    return body(file);
  });
}

describe("connect", () => {
  it("finds the server of TEMPORAL_ADDRESS, and closes its connection", async () => {
    const client = await SignalboxClient.connect({
      env: { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: "", TEMPORAL_API_KEY: undefined },
      taskQueue: "nobody-listens",
    });

    const id = await client.start(threeSteps, TICKET);
    const { status } = await client.get(id);
    await client.close();

    expect(status).toBe("running");
    await expect(client.get(id)).rejects.toThrow("Unexpected error while making gRPC request");
  });

  it("takes address and namespace from a profile of Temporal's file", () =>
    withConfigFile(
      `[profile.here]\naddress = "${address}"\nnamespace = "default"\n` +
        `[profile.elsewhere]\naddress = "${address}"\nnamespace = "nowhere"\n`,
      async (TEMPORAL_CONFIG_FILE) => {
        const connect = (TEMPORAL_PROFILE: string) =>
          SignalboxClient.connect({ env: { TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE } });
        const here = await connect("here");
        const elsewhere = await connect("elsewhere");

        const page = await here.list({ workspace: "nobody" });
        const start = elsewhere.start(threeSteps, TICKET);
        const error = await start.catch((reason: unknown) => reason);
        await here.close();
        await elsewhere.close();

        expect(page).toEqual({ runs: [] });
        expect(error).toMatchObject({ name: "NamespaceNotFoundError" });
      },
    ));

  it("says within seconds that nothing answers, and where", async () => {
    const startedAt = performance.now();

    const connecting = SignalboxClient.connect({ env: { TEMPORAL_ADDRESS: "127.0.0.1:1" } });

    await expect(connecting).rejects.toMatchObject({
      code: "CLIENT_TEMPORAL_UNAVAILABLE",
      message: expect.stringContaining('"127.0.0.1:1"'),
    });
    expect(performance.now() - startedAt).toBeLessThan(8_000);
  });

  it("says so too of a server that takes connections and never answers", async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket.resume())).listen(0, "127.0.0.1");
    await once(server, "listening");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A string only for Unix sockets.
    const { port } = server.address() as AddressInfo;

    const connecting = SignalboxClient.connect({ env: { TEMPORAL_ADDRESS: `127.0.0.1:${port}` } });
    const error = await connecting.catch((reason: unknown) => reason);
    server.close();
    for (const socket of sockets) socket.destroy();

    expect(error).toMatchObject({ code: "CLIENT_TEMPORAL_UNAVAILABLE" });
  });

  it("uses TLS when it is asked to, which a server without does not answer", async () => {
    const connecting = SignalboxClient.connect({
      env: { TEMPORAL_ADDRESS: address, TEMPORAL_API_KEY: "secret-of-this-test" },
    });

    const error = await connecting.catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: "CLIENT_TEMPORAL_UNAVAILABLE" });
    expect(String(error)).not.toContain("secret-of-this-test");
  });

  it.each([
    ["a profile that is not there", { TEMPORAL_PROFILE: "nobody" }],
    ["a certificate that is not there", { TEMPORAL_TLS_CLIENT_CERT_PATH: "/not/there.pem" }],
    [
      "a key that is none",
      { TEMPORAL_TLS_CLIENT_CERT_DATA: TEST_AUTHORITY, TEMPORAL_TLS_CLIENT_KEY_DATA: "none" },
    ],
  ])("refuses %s", async (_what, env) => {
    const connecting = SignalboxClient.connect({ env: { TEMPORAL_ADDRESS: address, ...env } });

    await expect(connecting).rejects.toMatchObject({ code: "CLIENT_INVALID_CONFIG" });
  });

  it("refuses a file that is not TOML, without a word of what is in it", () =>
    withConfigFile(
      `[profile.default]\napi_key = secret-of-this-test\n`,
      async (TEMPORAL_CONFIG_FILE) => {
        const connecting = SignalboxClient.connect({ env: { TEMPORAL_CONFIG_FILE } });

        const error = await connecting.catch((reason: unknown) => reason);

        expect(error).toMatchObject({ code: "CLIENT_INVALID_CONFIG" });
        expect(String(error)).not.toContain("secret-of-this-test");
      },
    ));
});

describe("close", () => {
  it("leaves a connection open that was handed in", async () => {
    const temporal = await openTestTemporal();
    const client = new SignalboxClient({ temporal: temporal.client });

    await client.close();
    const page = await client.list({ workspace: "nobody" });
    await temporal.close();

    expect(page).toEqual({ runs: [] });
  });
});
