import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { watchFolder, type Watching } from "../../cli/dev/watch-folder.ts";
import { withFolder } from "../harness/program.ts";

interface Watched {
  readonly write: (file: string, content: string) => Promise<void>;
  readonly remove: (file: string) => Promise<void>;
  /** The files that the next change is of. */
  readonly next: () => Promise<readonly string[]>;
  readonly watching: Watching;
}

function withWatched<T>(body: (watched: Watched) => Promise<T>): Promise<T> {
  return withFolder(async (root) => {
    const changes: (readonly string[])[] = [];
    const events = new EventTarget();
    const write: Watched["write"] = async (file, content) => {
      await mkdir(join(root, file, ".."), { recursive: true });
      await writeFile(join(root, file), content);
    };
    await write("graphs.js", "1");
    await write("data.json", "1");
    const watching = await watchFolder(root, (files) => {
      changes.push(files.map((file) => relative(root, file)));
      events.dispatchEvent(new Event("change"));
    });
    const next = async (): Promise<readonly string[]> => {
      const change = changes.shift();
      if (change !== undefined) return change;
      await new Promise((resolve) => {
        events.addEventListener("change", resolve, { once: true });
      });
      return next();
    };
    try {
      return await body({ write, remove: (file) => rm(join(root, file)), next, watching });
    } finally {
      watching.close();
    }
  });
}

describe("watchFolder", () => {
  it("tells of a file that is changed, added or removed", () =>
    withWatched(async ({ write, remove, next }) => {
      await write("graphs.js", "22");
      const changed = await next();
      await write("more.mjs", "1");
      const added = await next();
      await remove("more.mjs");
      const removed = await next();

      expect([changed, added, removed]).toEqual([["graphs.js"], ["more.mjs"], ["more.mjs"]]);
    }));

  it("sees into folders that are made later", () =>
    withWatched(async ({ write, next, watching }) => {
      await write("deep/down/first.js", "1");
      const first = await next();
      await watching.look();
      await write("deep/down/second.js", "1");
      const second = await next();

      expect([first, second]).toEqual([["deep/down/first.js"], ["deep/down/second.js"]]);
    }));

  it("leaves alone what is no code: packages, hidden folders, declarations, data that no code read", () =>
    withWatched(async ({ write, next, watching }) => {
      await write("node_modules/other/index.js", "1");
      await write(".signalbox/state.js", "1");
      await write("types.d.ts", "1");
      await write("notes.txt", "1");
      await write("recorded.json", "1");
      await watching.look();
      await write("data.json", "22");

      expect(await next()).toEqual(["data.json"]);
    }));
});
