/** Thousands of requests, made from `openapi.json` by Schemathesis, to the API with a real Temporal server and worker. */

import type { Authenticator, Caller } from "../../api/caller.ts";
import { EMPTY_CHAIN, seal, type SealedRecord } from "../../audit/chain.ts";
import { startApi } from "../../api/start-api.ts";
import { collectGraphs } from "../../worker/graph-module.ts";
import * as fixtures from "../fixtures/graphs.ts";
import { runSchemathesis } from "../harness/schemathesis.ts";
import { simulatedConfig, withWorker } from "../harness/temporal.ts";

/** A few of the fixture graphs: each start route takes as long as the others together. */
const { threeSteps, everyVerb } = fixtures;
const graphs = collectGraphs({ threeSteps, everyVerb }, "test/fixtures/graphs.ts");

const scopes: Caller["scopes"] = new Set(["admin"]);
/** Keys that are their owners' ids. Only that of all workspaces decodes payloads. */
const callers: readonly Caller[] = [
  { id: "tester", workspace: "acme", scopes },
  { id: "operator", scopes },
];
const authenticator: Authenticator = {
  authenticate: async (key) => callers.find(({ id }) => id === key),
};

/** One of a record, which can be read again and again. */
const trail: AsyncIterable<SealedRecord> = {
  async *[Symbol.asyncIterator]() {
    const [workspace, run, at] = ["acme", "acme.threeSteps-1", "2026-11-25T18:49:30.120Z"];
    const record = { id: `${run}#1`, at, type: "run.started", workspace, run } as const;
    yield* seal(EMPTY_CHAIN, [{ ...record, attributes: { "signalbox.by": "ci" } }]);
  },
};

const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "negative_data_rejection",
  "unsupported_method",
  "allow_header_conformance",
  "ignored_auth",
];

it.each([
  ["of a workspace", "tester", "."],
  ["that decodes payloads", "operator", "^/codec/"],
])(
  "answers as it describes itself, whatever it is asked with a key %s",
  async (_what, key, paths) => {
    const config = simulatedConfig(({ step }) => ({
      value: { text: step, kind: "card", fit: true },
    }));

    const internalErrors: unknown[] = [];
    const onInternalError = (error: unknown): void => void internalErrors.push(error);

    const { exitCode, report } = await withWorker({ config }, async ({ client }) => {
      const options = {
        authenticator,
        rateLimit: 0,
        wrongKeyLimit: 1_000_000,
        models: () => [],
        auditSource: { workspaces: async () => ["acme"], read: () => trail },
        onInternalError,
      };
      const api = await startApi({ client, graphs, port: 0, ...options });
      try {
        return await runSchemathesis([
          `${api.url}/openapi.json`,
          "--header",
          `Authorization: Bearer ${key}`,
          "--include-path-regex",
          paths,
          "--checks",
          CHECKS.join(","),
          "--phases",
          "examples,coverage,fuzzing",
          "--max-examples",
          "25",
          "--seed",
          "20261125",
          "--request-timeout",
          "20",
          "--continue-on-failure",
          "--suppress-health-check",
          "all",
        ]);
      } finally {
        await api.stop();
      }
    });

    expect(report).toContain("Test cases:");
    expect(internalErrors).toEqual([]);
    expect(report).not.toContain("Rate limited");
    expect(exitCode === 0 ? "no failures" : report).toBe("no failures");
  },
  600_000,
);
