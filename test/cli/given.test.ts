/** How the command line reads what it is given: JSON, moments, names, lines of a shell. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError } from "commander";
import { hasColours, isAnimated } from "../../cli/colours.ts";
import { nearestOf } from "../../cli/nearest.ts";
import { readJson } from "../../cli/read-json.ts";
import { readMoment } from "../../cli/read-moment.ts";
import { splitWords } from "../../cli/split-words.ts";
import { quote } from "../../cli/step-details.ts";
import { fakeTerminal } from "../harness/fake-terminal.ts";

describe("JSON that is given", () => {
  let cwd: string;

  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), "signalbox-given-"));
    await writeFile(join(cwd, "ticket.json"), `\uFEFF{ "from": "file" }`);
    await writeFile(join(cwd, "broken.json"), `{\n  "a": 1,\n  oops\n}`);
  });

  afterAll(() => rm(cwd, { recursive: true }));

  it.each([
    ["as itself", `{ "from": "here" }`, { from: "here" }],
    ["as a text", `"hello"`, "hello"],
    ["as a number", "42", 42],
    ["in a file", "ticket.json", { from: "file" }],
    ["on standard input", "-", { from: "input" }],
  ])("is read %s", async (_how, given, value) => {
    const terminal = fakeTerminal({ cwd, input: `{ "from": "input" }` });

    expect(await readJson(given, "--input", terminal)).toEqual(value);
  });

  it.each([
    ["a file that is not there", "tickets.json", "CLI_NO_FILE", '--input names "tickets.json"'],
    ["a folder", ".", "CLI_NO_FILE", '--input names "."'],
    ["a file with a mistake", "broken.json", "CLI_INVALID_INPUT", "at line 3, column 3"],
    ["JSON that breaks off", `{ "body": "private`, "CLI_INVALID_INPUT", "What --input gives"],
    ["words", "private words", "CLI_INVALID_INPUT", "What --input gives is no JSON"],
    [
      "an empty standard input",
      "-",
      "CLI_INVALID_INPUT",
      "standard input gives is no JSON: it is empty",
    ],
    ["nothing", "", "CLI_INVALID_INPUT", "it is empty"],
  ])("is refused as %s, and not quoted", async (_what, given, code, message) => {
    const refused = readJson(given, "--input", fakeTerminal({ cwd }));

    await expect(refused).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    await expect(refused).rejects.not.toThrow("private");
  });
});

describe("a moment that is given", () => {
  beforeAll(() => {
    jest.useFakeTimers({ now: Date.parse("2026-11-25T12:00:00Z") });
  });

  afterAll(() => {
    jest.useRealTimers();
  });

  it.each([
    ["2h", "2026-11-25T10:00:00.000Z"],
    ["30m", "2026-11-25T11:30:00.000Z"],
    ["7d", "2026-11-18T12:00:00.000Z"],
    ["1.5 hours", "2026-11-25T10:30:00.000Z"],
    ["2026-11-01", "2026-11-01T00:00:00.000Z"],
    ["2026-11-25T08:00:00Z", "2026-11-25T08:00:00.000Z"],
    ["2026-11-25 08:00:00+01:00", "2026-11-25T07:00:00.000Z"],
  ])("is read: %s", (given, moment) => {
    expect(readMoment(given)).toBe(moment);
  });

  it.each(["", "2", "two hours", "-2h", "0h", "2026", "2026-13-01", "yesterday", "1e9"])(
    "is refused: %j",
    (given) => {
      expect(() => readMoment(given)).toThrow(InvalidArgumentError);
    },
  );
});

describe("a name that is given", () => {
  it.each([
    ["singoff", "signoff"],
    ["sign", "signoff"],
    ["files[2]/chek", "files[2]/check"],
    ["payment", undefined],
    ["", undefined],
  ])("is near to another: %j", (given, nearest) => {
    expect(nearestOf(given, ["signoff", "files[2]/check"])).toBe(nearest);
  });

  it.each([
    ["draft", "draft"],
    ["files[2]/check", "'files[2]/check'"],
    ["$budget", "'$budget'"],
    ["it's", String.raw`'it'\''s'`],
  ])("is quoted where a shell needs it: %s", (word, quoted) => {
    expect(quote(word)).toBe(quoted);
  });
});

describe("a line of a shell", () => {
  it.each([
    ["", [""]],
    ["run ", ["run", ""]],
    ["run su", ["run", "su"]],
    [`run x --input '{"a": 1}' --w`, ["run", "x", "--input", `{"a": 1}`, "--w"]],
    [
      String.raw`approve r \$budget "a \" b" 'c\d'`,
      ["approve", "r", "$budget", 'a " b', String.raw`c\d`],
    ],
    ["run 'still open", ["run", "still open"]],
    ["run '' x", ["run", "", "x"]],
  ])("falls into words: %j", (line, words) => {
    expect(splitWords(line)).toEqual(words);
  });
});

describe("colours", () => {
  it.each([
    ["on a terminal", {}, true, true],
    ["not into a file", {}, false, false],
    ["not with NO_COLOR", { NO_COLOR: "1" }, true, false],
    ["with an empty NO_COLOR, which says nothing", { NO_COLOR: "" }, true, true],
    ["not on a terminal that knows none", { TERM: "dumb" }, true, false],
    ["into a file with FORCE_COLOR", { FORCE_COLOR: "1" }, false, true],
    ["not with FORCE_COLOR=0", { FORCE_COLOR: "0" }, true, false],
    ["with FORCE_COLOR, whatever NO_COLOR says", { FORCE_COLOR: "1", NO_COLOR: "1" }, true, true],
  ])("are there %s", (_where, env, isTTY, expected) => {
    expect(hasColours(env, { isTTY })).toBe(expected);
  });

  it.each([
    ["on a terminal", {}, true],
    ["not in CI", { CI: "true" }, false],
    ["not with NO_COLOR", { NO_COLOR: "1" }, false],
    ["not on a terminal that cannot", { TERM: "dumb" }, false],
  ])("move %s", (_where, env, expected) => {
    const stderr = { isTTY: true, stream: process.stderr };

    expect(isAnimated({ env, stderr })).toBe(expected);
    expect(isAnimated({ env, stderr: { isTTY: true } })).toBe(false);
  });
});
