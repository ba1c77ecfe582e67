/** `signalbox audit export`: the trail of a workspace as a file that can be checked anywhere. */

import { Option, type Command } from "commander";
import type { SealedRecord } from "../../audit/chain.ts";
import { exportTrail } from "../../audit/trail-lines.ts";
import { CliError } from "../cli-error.ts";
import { addProjectOptions } from "../load-project.ts";
import { readMoment } from "../read-moment.ts";
import type { Terminal } from "../terminal.ts";
import {
  readSigned,
  readableSink,
  withTrail,
  type ReadableSink,
  type TrailOptions,
} from "./open-trail.ts";
import { writeNewFile } from "./trail-files.ts";

interface Options extends TrailOptions {
  readonly workspace: string;
  readonly from?: string;
  readonly to?: string;
  readonly out?: string;
}

export function addExport(audit: Command, terminal: Terminal): void {
  const command = audit
    .command("export")
    .description("write the trail of a workspace as a file that can be checked anywhere")
    .option("--workspace <name>", "whose trail", "default")
    .addOption(
      new Option("--from <time>", "from the first record since then on").argParser(readMoment),
    )
    .addOption(new Option("--to <time>", "up to the last record before then").argParser(readMoment))
    .option("--out <file>", "where to (default: standard output)")
    .option("--sink <id>", "the sink (default: the first that can be read)");
  addProjectOptions(command).action((options: Options) =>
    withTrail(options, terminal, async (trail) => {
      const { workspace, out } = options;
      const sink = readableSink(trail, options.sink);
      const records = await findPart(sink, options);
      const lines = exportTrail(workspace, records, await readSigned(sink, workspace));
      if (out === undefined) for await (const line of lines) terminal.print(line.trimEnd());
      else await writeNewFile(out, lines, terminal);
    }),
  );
}

/**
 * Records of several runs do not follow each other by time. A part with gaps could not be checked, so it is all between the first and
 * the last that was asked for.
 */
async function findPart(
  sink: ReadableSink,
  { workspace, from, to }: Options,
): Promise<AsyncIterable<SealedRecord>> {
  if (from === undefined && to === undefined) return sink.read({ workspace });
  let [first, last] = [Infinity, -1];
  const asked = { workspace, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  for await (const { seq } of sink.read(asked)) {
    first = Math.min(first, seq);
    last = Math.max(last, seq);
  }
  if (last === -1) {
    throw new CliError(
      "CLI_UNKNOWN_RECORD",
      `The sink "${sink.id}" has no records of the workspace "${workspace}" of that time. Mend --workspace, --from or --to.`,
    );
  }
  const rest = sink.read({ workspace, ...(first > 0 && { afterSeq: first - 1 }) });
  return upTo(rest, last);
}

async function* upTo(
  records: AsyncIterable<SealedRecord>,
  last: number,
): AsyncGenerator<SealedRecord, void> {
  for await (const sealed of records) {
    if (sealed.seq > last) return;
    yield sealed;
  }
}
