import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as graphs from "../fixtures/graphs.ts";
import { readHistoryFile, type History } from "../../worker/read-history.ts";
import { replayHistories, type Replayed } from "../../worker/replay.ts";
import { SCENARIOS } from "./scenarios.ts";

const FOLDER = join(__dirname, "histories");
const files = readdirSync(FOLDER).toSorted();

/** All on one worker, which knows nothing of the runs: all of each is replayed. By their names. */
async function replay(
  ...histories: readonly (readonly [name: string, history: History])[]
): Promise<ReadonlyMap<string, Replayed>> {
  const bundle = { codePath: process.env["SIGNALBOX_TEST_BUNDLE"] ?? "" };
  const options = { graphs, graphsUrl: pathToFileURL(__filename), bundle };
  const results = new Map<string, Replayed>();
  const runs = histories.map(([name, history]) => ({ name, history }));
  for await (const result of replayHistories(options, runs)) results.set(result.name, result);
  return results;
}

/** The same, of files of which some are changed. */
async function replayFiles(
  names: readonly string[],
  change: (history: History, name: string) => History = (history) => history,
): Promise<ReadonlyMap<string, Replayed>> {
  const read = names.map(async (name) => [name, change(await readRecorded(name), name)] as const);
  return replay(...(await Promise.all(read)));
}

function readRecorded(file: string): Promise<History> {
  return readHistoryFile(join(FOLDER, file));
}

/** The ids of the activities in a file, each once. */
function activityIdsIn(file: string): readonly string[] {
  const text = readFileSync(join(FOLDER, file), "utf8");
  return [...new Set([...text.matchAll(/"activityId":"(.*?)"/g)].map(([, id = ""]) => id))];
}

/** The history as it were if two steps had stood in each other's place. */
function swap(history: History, [one, other]: readonly string[]): History {
  const events = (history.events ?? []).map((event) => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    const id = scheduled?.activityId;
    if (id !== one && id !== other) return event;
    const activityId = id === one ? other : one;
    return { ...event, activityTaskScheduledEventAttributes: { ...scheduled, activityId } };
  });
  return { events };
}

describe("the recorded histories", () => {
  it("are there for every scenario", () => {
    const missing = SCENARIOS.filter(({ name }) => !files.includes(`${name}.json`));

    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it.each(files)("belong to a scenario: %s", (file) => {
    expect(SCENARIOS.some(({ name }) => file.startsWith(name))).toBe(true);
  });

  it.each(files)("say nothing of the machine they were recorded on: %s", (file) => {
    const text = readFileSync(join(FOLDER, file), "utf8");

    expect(text).not.toMatch(/"identity":"(?!recorder")|"stackTrace":"(?!")|\d@[\w-]|node_modules/);
  });

  describe("replay", () => {
    let results: ReadonlyMap<string, Replayed>;

    beforeAll(async () => {
      results = await replayFiles(files);
    });

    it.each(files)("%s", (file) => {
      expect(results.get(file)).toMatchObject({ status: "ok" });
    });
  });
});

describe("a recorded history with two activities swapped", () => {
  // A run that fails at once, or only waits, has none to swap.
  const swappable = files.filter((file) => activityIdsIn(file).length > 1);

  let results: ReadonlyMap<string, Replayed>;

  beforeAll(async () => {
    results = await replayFiles(swappable, (history, file) => swap(history, activityIdsIn(file)));
  });

  it.each(swappable)("is found out: %s", (file) => {
    expect(results.get(file)).toMatchObject({
      status: "different",
      difference: { message: expect.stringContaining("[TMPRL1100]") },
    });
  });
});

/** Events of local attempts that came to something. */
function localAttempts(events: NonNullable<History["events"]>) {
  return events.filter(({ markerRecordedEventAttributes: marker }) => {
    const data = marker?.details?.["data"]?.payloads?.[0]?.data ?? "";
    const isAttempt = Buffer.from(data).toString().includes("signalbox.attempt");
    return isAttempt && marker?.details?.["result"] !== undefined;
  });
}

describe("a recorded history with two local attempts swapped", () => {
  it.each(["local.json", "local-plans.json"])("is found out: %s", async (file) => {
    const { events } = await readRecorded(file);
    const [one, other] = localAttempts(events ?? []).map(
      ({ markerRecordedEventAttributes: marker }) => marker?.details ?? {},
    );
    if (!one || !other) throw new Error("There are none to swap.");
    [one["result"], other["result"]] = [other["result"]!, one["result"]!];

    const results = await replay([file, { events }]);

    expect(results.get(file)).toMatchObject({
      status: "different",
      difference: {
        expected: expect.stringMatching(/^attempt "/),
        message: expect.stringContaining("The history holds attempt"),
      },
    });
  });
});
