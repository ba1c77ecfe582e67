/** Runs share zod and our modules, and notice nothing of each other. */

import { withRelay, type RelayModule } from "../harness/relay.ts";
import * as graphs from "../fixtures/sharing.ts";

const SHARING: RelayModule = { graphs, file: "sharing.ts" };
const { complaint, contact, count } = graphs;

it("evaluates zod once for a worker, and a module of graphs for each run", () =>
  withRelay((relay) =>
    relay.withWorker(SHARING, async () => {
      const seen = [];
      for (let run = 0; run < 3; run++) seen.push(await relay.client.run(count, {}));

      expect(seen.map(({ here }) => here)).toEqual([1, 1, 1]);
      expect(seen.at(-1)?.zod).toBeGreaterThan(seen[0]!.zod);
    }),
  ));

it("lets patterns, caches of schemas and the registry of zod work in every run", () =>
  withRelay((relay) =>
    relay.withWorker(SHARING, async () => {
      const ann = {
        email: "ann@example.com",
        id: "5f0c4b6e-3b1e-4f57-9a55-0d6f0c1c9a01",
        since: "2026-11-26",
        site: "https://example.com",
      };
      for (let run = 0; run < 2; run++) {
        await expect(relay.client.run(contact, ann)).resolves.toEqual({
          isContact: true,
          keys: ["email", "id", "since", "site"],
          ids: ["Person"],
        });
      }
    }),
  ));

it("keeps what a run sets of zod to that run", () =>
  withRelay((relay) =>
    relay.withWorker(SHARING, async () => {
      const { client } = relay;
      const ids = [
        await client.start(complaint, { inItalian: true }),
        await client.start(complaint, { inItalian: false }),
        await client.start(complaint, { inItalian: true }),
      ];
      for (const id of ids) while ((await client.openSteps(id)).length === 0);
      for (const id of ids) await client.sendEvent(id, "on", {});
      const said = await Promise.all(ids.map((id) => client.result(complaint, id)));

      const italian = expect.stringContaining("Input non valido");
      expect(said).toEqual([italian, expect.stringContaining("Invalid input"), italian]);
    }),
  ));
