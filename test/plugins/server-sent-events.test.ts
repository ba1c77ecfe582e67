import { ServerSentEvents } from "../../plugins/http/server-sent-events.ts";

function read(pieces: readonly string[]): readonly unknown[] {
  const events = new ServerSentEvents();
  return [...pieces.flatMap((piece) => events.push(piece)), ...events.end()];
}

const TWO = "event: a\ndata: 1\ndata: 2\n\n: ping\n\nid: 7\nretry: 3\ndata:3\n\n";
const ITEMS = [
  { type: "a", data: "1\n2" },
  { type: "", data: "3" },
];

describe("ServerSentEvents", () => {
  it.each([
    ["at once", [TWO]],
    ["letter by letter", TWO.split("")],
    ["with the ends of Windows", [TWO.replaceAll("\n", "\r\n")]],
    ["letter by letter with the ends of Windows", TWO.replaceAll("\n", "\r\n").split("")],
    ["without the last line", [TWO.slice(0, -1)]],
    ["without the end of the last line", [TWO.slice(0, -2)]],
  ])("reads events that come %s", (_name, pieces) => {
    expect(read(pieces)).toEqual(ITEMS);
  });

  it("gives what is no part of an event", () => {
    expect(read(["<html>\n", '{"error":"x"}'])).toEqual([
      { stray: "<html>" },
      { stray: '{"error":"x"}' },
    ]);
  });
});
