/** Our search attributes on real servers that do not have them yet, or not so. */

import { join } from "node:path";
import { defineSearchAttributeKey } from "@temporalio/common";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import { startDevServer, type DevServer } from "../../worker/dev-server.ts";
import { registerSearchAttributes } from "../../worker/register-search-attributes.ts";
import { openTemporal } from "../../worker/temporal.ts";
import { diamond } from "../fixtures/graphs.ts";
import { freePorts, withFolder } from "../harness/program.ts";

/** Temporal's numbers: 2 keyword, 3 int, 4 double, 7 keyword list. */
const OURS = {
  SignalboxGraph: 2,
  SignalboxVersion: 2,
  SignalboxFingerprint: 2,
  SignalboxWorkspace: 2,
  SignalboxStatus: 2,
  SignalboxCostUsd: 4,
  SignalboxFallbacks: 3,
  SignalboxModels: 7,
};

async function withServer<T>(
  searchAttributes: Parameters<typeof startDevServer>[0]["searchAttributes"],
  body: (server: DevServer) => Promise<T>,
): Promise<T> {
  const server = await startDevServer({ searchAttributes });
  try {
    return await body(server);
  } finally {
    await server.stop();
  }
}

describe("openTemporal", () => {
  it("adds what is missing, with the right types, once", () =>
    withServer([defineSearchAttributeKey("SignalboxGraph", "KEYWORD")], async ({ address }) => {
      const env = { TEMPORAL_ADDRESS: address };

      const first = await openTemporal({ env });
      const second = await openTemporal({ env });
      const { customAttributes } = await second.connection.operatorService.listSearchAttributes({
        namespace: "default",
      });
      await first.close();
      await second.close();

      expect(customAttributes).toMatchObject(OURS);
    }));

  it("adds what a database file was made without, so that a run can start at once", () =>
    withFolder(async (folder) => {
      const databaseFile = join(folder, "temporal.db");
      const older = await startDevServer({
        databaseFile,
        searchAttributes: [defineSearchAttributeKey("SignalboxGraph", "KEYWORD")],
      });
      await older.stop();

      const temporal = await openTemporal({
        databaseFile,
        env: { ...process.env, TEMPORAL_ADDRESS: undefined, ...(await freePorts()) },
      });
      const client = new SignalboxClient({ temporal: temporal.client });
      const start = client.start(diamond, { body: "x" });
      await Promise.allSettled([start]);
      await temporal.close();

      await expect(start).resolves.toMatch(/^default\.diamond-/);
    }));

  it("refuses an attribute that is there with another type, and says how to remove it", () =>
    withServer([defineSearchAttributeKey("SignalboxCostUsd", "KEYWORD")], async ({ address }) => {
      const opening = openTemporal({ env: { TEMPORAL_ADDRESS: address } });

      await expect(opening).rejects.toMatchObject({
        name: "SetupError",
        message: expect.stringMatching(
          /"SignalboxCostUsd" with another type than Double.*search-attribute remove --name SignalboxCostUsd/,
        ),
      });
    }));
});

describe("registerSearchAttributes", () => {
  it("names what is missing with its type where the server lets nobody add it", async () => {
    const denied = new Error("PERMISSION_DENIED");

    const registering = registerSearchAttributes(
      {
        listSearchAttributes: async () => ({ customAttributes: { SignalboxGraph: 2 } }),
        addSearchAttributes: async () => {
          throw denied;
        },
      },
      "default",
    );

    await expect(registering).rejects.toMatchObject({
      name: "SetupError",
      cause: denied,
      message: expect.stringContaining(
        "temporal operator search-attribute create --name SignalboxVersion --type Keyword " +
          "--name SignalboxFingerprint --type Keyword --name SignalboxWorkspace --type Keyword " +
          "--name SignalboxStatus --type Keyword --name SignalboxCostUsd --type Double " +
          "--name SignalboxFallbacks --type Int --name SignalboxModels --type KeywordList",
      ),
    });
  });

  it("is content when another worker was faster", async () => {
    let listed = 0;

    const registering = registerSearchAttributes(
      {
        listSearchAttributes: async () => ({ customAttributes: listed++ === 0 ? {} : OURS }),
        addSearchAttributes: async () => {
          throw new Error("ALREADY_EXISTS");
        },
      },
      "default",
    );

    await expect(registering).resolves.toBeUndefined();
    expect(listed).toBe(2);
  });
});
