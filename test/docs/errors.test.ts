/** Codes are public API: docs/errors.md has a row for each, and none for another. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { API_ERRORS } from "../../api/api-error.ts";
import { AUDIT_ERROR_CODES } from "../../audit/audit-error.ts";
import { CLI_ERROR_CODES } from "../../cli/cli-error.ts";
import { CLIENT_ERROR_CODES } from "../../client/client-error.ts";
import { DRAWING_ERROR_CODES } from "../../drawing/svg-in-sandbox.ts";
import { FAILURE_POLICIES } from "../../graph/failure-kinds.ts";
import { GRAPH_ERROR_CODES } from "../../graph/graph-error.ts";
import { PAYLOAD_ERROR_CODES } from "../../payloads/payload-error.ts";
import {
  JOURNAL_ERROR_CODES,
  PLUGIN_ERROR_CODES,
  SINK_ERROR_CODES,
} from "../../plugins/contract.ts";
import { CONFIG_ERROR_CODES } from "../../worker/config-error.ts";
import { REPLAY_INPUT_ERROR_CODES } from "../../worker/replay-input-error.ts";
import { SETUP_ERROR_CODES } from "../../worker/setup-error.ts";
import { RUN_ERROR_CODES } from "../../workflows/run-error.ts";

const CODES: Readonly<Record<string, readonly string[]>> = {
  GraphError: GRAPH_ERROR_CODES,
  GraphFormatError: ["GRAPH_INVALID_FORMAT"],
  ConfigError: CONFIG_ERROR_CODES,
  SetupError: SETUP_ERROR_CODES,
  PayloadError: PAYLOAD_ERROR_CODES,
  PluginError: PLUGIN_ERROR_CODES,
  JournalError: JOURNAL_ERROR_CODES,
  AuditError: AUDIT_ERROR_CODES,
  SinkError: SINK_ERROR_CODES,
  DrawingError: DRAWING_ERROR_CODES,
  RunError: RUN_ERROR_CODES,
  ClientError: CLIENT_ERROR_CODES,
  CliError: CLI_ERROR_CODES,
  ReplayInputError: REPLAY_INPUT_ERROR_CODES,
  API: Object.keys(API_ERRORS),
  "Kinds of failure": Object.keys(FAILURE_POLICIES),
};

/** A row of a table, by the heads of its columns. */
type Row = ReadonlyMap<string, string>;

const page = readFileSync(join(__dirname, "../../docs/errors.md"), "utf8");
const tables = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf("\n")), readTable(section)]),
);

function readTable(section: string): readonly Row[] {
  const [heads = [], , ...rows] = section
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1).map(readCell));
  return rows.map((cells) => new Map(heads.map((head, index) => [head, cells[index] ?? ""])));
}

function readCell(cell: string): string {
  return cell.trim().replace(/^`([^`]+)`$/, "$1");
}

/** Cells of the first column by those of another. */
function column(section: string, head: string): Readonly<Record<string, string | undefined>> {
  const rows = tables.get(section) ?? [];
  return Object.fromEntries(rows.map((row) => [[...row.values()][0], row.get(head)]));
}

describe("docs/errors.md", () => {
  it("has one section for each class of errors, and no other", () => {
    expect([...tables.keys()]).toEqual(Object.keys(CODES));
  });

  it.each(Object.entries(CODES))("has one row for each code of %s, in order", (section, codes) => {
    const rows = tables.get(section) ?? [];

    expect(rows.map((row) => [...row.values()][0])).toEqual(codes);
  });

  it.each(Object.keys(CODES))("has a cause and a remedy in every row of %s", (section) => {
    const sentences = [
      ...Object.values(column(section, "cause")),
      ...Object.values(column(section, "what to do")),
    ];

    expect(sentences.filter((sentence) => !/^\S.+\.$/.test(sentence ?? ""))).toEqual([]);
  });

  it("gives the status of each code of the API", () => {
    const statuses = Object.entries(API_ERRORS).map(([code, { status }]) => [code, `${status}`]);

    expect(column("API", "status")).toEqual(Object.fromEntries(statuses));
  });

  it("says what each kind of failure leads to", () => {
    const policies = Object.entries(FAILURE_POLICIES).map(([kind, { retries, tryNextModel }]) => {
      if (retries === 1) return [kind, "same model once, then next"];
      return [kind, tryNextModel ? "next model" : "nothing"];
    });

    expect(column("Kinds of failure", "tried then")).toEqual(Object.fromEntries(policies));
  });

  it("has a section for each place in it that the docs link to", () => {
    const anchors = [...page.matchAll(/^## (.+)$/gm)].map(([, heading = ""]) =>
      heading.toLowerCase().replaceAll(" ", "-"),
    );

    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);

    expect(anchors).toEqual(expect.arrayContaining(links));
    expect(links).toContain("kinds-of-failure");
  });
});
