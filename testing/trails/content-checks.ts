/** What the contract promises of content: it is found as it was kept until it is erased, and then by nobody, unless it is held. */

import { deepEqual, equal, ok } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { ContentStore, KeptContent, RunName } from "../../plugins/contract.ts";
import type { ContractCheck } from "../contract/check.ts";
import { checksOf, newWorkspace, partOf, withSinks, type SinkContractOptions } from "./subject.ts";

const LARGE = 4 * 1024 * 1024;
const EARLIER = "2000-01-01T00:00:00Z";
const LATER = "2999-01-01T00:00:00Z";

type Open = () => Promise<ContentStore>;

export function contentChecks(options: SinkContractOptions): readonly ContractCheck[] {
  const checks: Readonly<Record<string, (open: Open) => Promise<void>>> = {
    "gives back content and key as they were kept": givesBack,
    "keeps the content of runs and workspaces apart": keepsApart,
    "keeps the last content of a run": keepsLast,
    "has content with its own key where several are kept at once": keepsPairs,
    "erases content for good": erases,
    "erases content that comes late": erasesLate,
    "erases nothing of a run that is held": holds,
    "prunes what is old, for good, and is not held": prunes,
  };
  const named = Object.entries(checks).map(([name, run]) => [
    name,
    (contract: SinkContractOptions) =>
      withSinks(contract, (open) => run(async () => partOf(await open(), "content"))),
  ]);
  return checksOf(options, ["content"], Object.fromEntries(named));
}

function newRun(run = "run"): RunName {
  return { workspace: newWorkspace(), run };
}

function newContent(bytes = 100): KeptContent {
  const key = randomBytes(32);
  // The content tells its key, so that it shows whether both belong together.
  return { key, sealed: Buffer.concat([key, randomBytes(bytes)]) };
}

async function same(
  store: ContentStore,
  run: RunName,
  wanted: KeptContent,
  problem: string,
): Promise<void> {
  const found = await store.find(run);
  ok(found !== undefined && Buffer.from(found.key).equals(wanted.key), problem);
  ok(Buffer.from(found.sealed).equals(wanted.sealed), problem);
}

async function givesBack(open: Open): Promise<void> {
  const [store, other] = [await open(), await open()];
  for (const bytes of [0, 1, 1_000, LARGE]) {
    const [run, content] = [newRun(), newContent(bytes)];
    equal(await other.find(run), undefined, "It makes content up.");
    await store.keep(run, content);
    await same(store, run, content, `It does not give back content of ${bytes} bytes.`);
    await same(other, run, content, "Another worker does not find it.");
  }
}

async function keepsApart(open: Open): Promise<void> {
  const store = await open();
  const first = newRun("run");
  const names = [
    first,
    { ...first, run: "Run" },
    { ...first, run: "../run" },
    { ...first, run: "run\u0000" },
    { ...first, workspace: `${first.workspace} ` },
    { ...first, workspace: first.workspace.toUpperCase() },
  ];
  const contents = names.map(() => newContent());
  for (const [index, name] of names.entries())
    await store.keep(name, contents[index] ?? newContent());
  await store.erase(names[1] ?? first);
  for (const [index, name] of names.entries()) {
    if (index !== 1)
      await same(store, name, contents[index] ?? newContent(), "It takes two runs for one.");
  }
}

async function keepsLast(open: Open): Promise<void> {
  const [store, run] = [await open(), newRun()];
  for (const bytes of [5_000, 10, 0]) {
    const content = newContent(bytes);
    await store.keep(run, content);
    await same(store, run, content, "It gives content that other took the place of.");
  }
}

async function keepsPairs(open: Open): Promise<void> {
  const stores = await Promise.all(Array.from("abc", open));
  const run = newRun();
  const kept = Promise.all(
    Array.from({ length: 24 }, async (_, index) => stores[index % 3]?.keep(run, newContent())),
  );
  const seen = await Promise.all(stores.map((store) => store.find(run)));
  await kept;
  const last = await Promise.all(stores.map((store) => store.find(run)));
  for (const found of [...seen, ...last]) {
    const isPair =
      found === undefined || Buffer.from(found.sealed).subarray(0, 32).equals(found.key);
    ok(isPair, "It gives content with a key that is another's.");
  }
  ok(
    last.every((found) => found !== undefined),
    "Content that was kept is not there.",
  );
}

async function erases(open: Open): Promise<void> {
  const [store, other, run] = [await open(), await open(), newRun()];
  await store.keep(run, newContent());
  equal(await other.erase(run), true);
  equal(await store.find(run), undefined, "It still finds what was erased.");
  await store.keep(run, newContent());
  await other.keep(run, newContent());
  equal(await (await open()).find(run), undefined, "What was erased came back.");
  equal(await store.erase(run), true, "To erase twice is to erase once.");
}

async function erasesLate(open: Open): Promise<void> {
  const [store, run] = [await open(), newRun()];
  equal(await store.erase(run), true, "Where there is nothing, nothing is left to erase.");
  await store.keep(run, newContent());
  equal(await store.find(run), undefined, "Content is kept of a run whose content was erased.");
}

async function holds(open: Open): Promise<void> {
  const [store, other, run, content] = [await open(), await open(), newRun(), newContent()];
  await store.keep(run, content);
  equal(await store.isHeld(run), false);
  await store.hold(run);
  await other.hold(run);
  equal(await other.isHeld(run), true);
  equal(await store.isHeld({ ...run, run: "another" }), false);
  equal(await other.erase(run), false, "It says that it has erased what is held.");
  await same(store, run, content, "What is held is gone.");
  await store.release(run);
  await store.release(run);
  deepEqual([await other.isHeld(run), await other.erase(run)], [false, true]);
  equal(await store.find(run), undefined);
}

async function prunes(open: Open): Promise<void> {
  const [store, old, held] = [await open(), newRun("old"), newContent()];
  const { workspace } = old;
  const kept = { workspace, run: "kept" };
  await store.keep(old, newContent());
  await store.keep(kept, held);
  await store.hold(kept);
  equal(await store.prune(workspace, EARLIER), 0, "It erases what is not old.");
  ok((await store.find(old)) !== undefined, "It erases what is not old.");
  equal(await store.prune(newWorkspace(), LATER), 0);
  equal(
    await store.prune(workspace, LATER),
    1,
    "It erases others than those that are old and not held.",
  );
  await store.keep(old, newContent());
  equal(await store.find(old), undefined, "What was pruned came back.");
  await same(store, kept, held, "What is held is gone.");
}
