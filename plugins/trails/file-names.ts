/** Names folders and files of workspaces and runs, which may be called anything. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { unlessMissing } from "./file-failure.ts";
import { hashRun } from "./run-index.ts";
import { listNames, writeWhole } from "./whole-file.ts";

/** What every file system takes, and tells apart. */
const PLAIN = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const NAME_FILE = "workspace.json";

/** Its name, where that can be one. */
export function workspaceFolder(root: string, workspace: string): string {
  return join(root, PLAIN.test(workspace) ? workspace : `~${fileNameOf(workspace)}`);
}

export function fileNameOf(name: string): string {
  return hashRun(name).toString("hex").slice(0, 32);
}

/** So that {@link listWorkspaces} can tell what it is called. */
export async function nameWorkspace(root: string, workspace: string): Promise<void> {
  if (PLAIN.test(workspace)) return;
  const path = join(workspaceFolder(root, workspace), NAME_FILE);
  if ((await unlessMissing(readFile(path))) !== undefined) return;
  await writeWhole(path, JSON.stringify(workspace), { isFlushed: true });
}

export async function listWorkspaces(root: string): Promise<readonly string[]> {
  const names = await listNames(root);
  const workspaces = await Promise.all(
    names.map(async (name) => {
      if (!name.startsWith("~")) return PLAIN.test(name) ? name : undefined;
      const text = await unlessMissing(readFile(join(root, name, NAME_FILE), "utf8"));
      const read: unknown = text === undefined ? undefined : JSON.parse(text);
      return typeof read === "string" ? read : undefined;
    }),
  );
  return workspaces.filter((name) => name !== undefined);
}
