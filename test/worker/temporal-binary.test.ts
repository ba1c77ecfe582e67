/** Uses fake `temporal` and `go` commands; nothing is downloaded. */

import type { EphemeralServerExecutable } from "@temporalio/testing";
import testingPackage from "@temporalio/testing/package.json" with { type: "json" };
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startDevServer } from "../../worker/dev-server.ts";
import { startWithTemporalBinary } from "../../worker/temporal-binary.ts";

const OUT_OF_REACH =
  "Failed to start ephemeral server: failed to download ephemeral server executable: dns error";

/** Fills its caches as Go does, then either writes the binary or fails half-way through it. */
const FAKE_GO = `#!/bin/sh
PATH=/usr/bin:/bin
mkdir -p "$GOBIN" "$GOCACHE" "$GOMODCACHE/module" "$GOPATH"
echo "$@" > "$RECORDS/arguments"
echo "$GOCACHE|$GOMODCACHE|$GOPATH|$GOTMPDIR|$GOFLAGS" > "$RECORDS/environment"
printf '#!/bin/sh\\n' > "$GOBIN/temporal"
chmod +x "$GOBIN/temporal"
sleep 0.3
if [ -n "$GO_FAILS" ]; then echo "no such module" >&2; exit 1; fi
echo "exit 0 # whole" >> "$GOBIN/temporal"
`;

let folder: string;
let bin: string;
let cache: string;
let cached: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox binary-"));
  bin = join(folder, "bin");
  cache = join(folder, "cache");
  cached = join(cache, "temporal-1.5.1", "temporal");
  env = { PATH: `${join(folder, "missing")}:${bin}`, SIGNALBOX_CACHE_DIR: cache, RECORDS: folder };
  await mkdir(bin);
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("startWithTemporalBinary", () => {
  it("takes the command on the PATH first", async () => {
    await writeCommand(join(bin, "temporal"));
    await writeCommand(cached);

    const started = await startWithTemporalBinary(reportExecutable, { env });

    expect(started).toEqual({ type: "existing-path", path: join(bin, "temporal") });
  });

  it("takes our cached binary second", async () => {
    await writeFile(join(bin, "temporal"), "not executable");
    await writeCommand(cached);

    const started = await startWithTemporalBinary(reportExecutable, { env });

    expect(started).toEqual({ type: "existing-path", path: cached });
  });

  it("downloads into our cache third", async () => {
    await writeCommand(join(bin, "go"), FAKE_GO);

    const started = await startWithTemporalBinary(reportExecutable, { env });

    expect(started).toEqual({ type: "cached-download", downloadDir: cache, ttl: "3650d" });
    expect((await stat(cache)).isDirectory()).toBe(true);
  });

  it("keeps its cache in XDG_CACHE_HOME unless SIGNALBOX_CACHE_DIR is set", async () => {
    const started = await startWithTemporalBinary(reportExecutable, {
      env: { PATH: bin, XDG_CACHE_HOME: folder },
    });

    expect(started).toMatchObject({ downloadDir: join(folder, "signalbox") });
  });

  it("says how long a download has been running", async () => {
    const lines: string[] = [];

    await startWithTemporalBinary(() => wait(100), {
      env,
      onProgress: (line) => lines.push(line),
      progressIntervalMs: 20,
    });

    expect(lines[0]).toMatch(/downloading the Temporal server: once, about a minute; \d+ s so far/);
  });

  it("does not try the next way when a server does not start", async () => {
    await writeCommand(join(bin, "temporal"));
    const start = jest.fn().mockRejectedValue(new Error("did not start within 5s"));

    const started = startWithTemporalBinary(start, { env });

    await expect(started).rejects.toMatchObject({
      code: "TEMPORAL_START_FAILED",
      message: expect.stringContaining("did not start within 5s"),
    });
    expect(start).toHaveBeenCalledTimes(1);
  });

  it("lists every way and why it failed when none is left", async () => {
    await makeDownloadFail();

    const started = startDevServer({ env, searchAttributes: [] });

    const error: unknown = await started.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "SetupError", code: "TEMPORAL_NOT_FOUND" });
    const lines = error instanceof Error ? error.message.split("\n") : [];
    expect(lines.slice(1, 5)).toEqual([
      "  - `temporal` on the PATH: no `temporal` on the PATH",
      `  - our cached binary "${cached}": no such file`,
      expect.stringMatching(
        /^ {2}- the official download: failed to download ephemeral server executable: /,
      ),
      "  - a build of Temporal 1.5.1 with Go: no `go` on the PATH",
    ]);
    expect(lines[5]).toMatch(/Install the Temporal CLI .* TEMPORAL_ADDRESS/);
  });
});

describe("a build with Go", () => {
  beforeEach(async () => {
    await writeCommand(join(bin, "go"), FAKE_GO);
  });

  it("follows a download that is out of reach", async () => {
    const lines: string[] = [];

    const started = await startWithTemporalBinary(failDownload, {
      env,
      onProgress: (line) => lines.push(line),
      progressIntervalMs: 50,
    });

    expect(started).toEqual({ type: "existing-path", path: cached });
    expect(await readFile(join(folder, "arguments"), "utf8")).toBe(
      "install -ldflags -s -w github.com/temporalio/cli/cmd/temporal@v1.5.1\n",
    );
    expect(lines[0]).toBe("building the Temporal server with Go: once, about 4 minutes");
    expect(lines[1]).toMatch(/about 4 minutes; \d+ s so far/);
  });

  it("leaves the binary and nothing else", async () => {
    await startWithTemporalBinary(failDownload, { env });

    const goFolders = (await readFile(join(folder, "environment"), "utf8")).trim().split("|");
    expect(goFolders.pop()).toBe("-modcacherw");
    expect(goFolders.every((path) => path.startsWith(join(cache, "go-build-")))).toBe(true);
    expect(await readdir(cache)).toEqual(["temporal-1.5.1"]);
    expect(await readdir(dirname(cached))).toEqual(["temporal"]);
  });

  it("leaves nothing when it fails half-way", async () => {
    const started = startWithTemporalBinary(failDownload, { env: { ...env, GO_FAILS: "yes" } });

    await expect(started).rejects.toMatchObject({
      code: "TEMPORAL_NOT_FOUND",
      message: expect.stringContaining("with Go: `go install` failed: no such module"),
    });
    expect(await readdir(cache)).toEqual([]);
  });

  it("does not disturb another one at the same time", async () => {
    const builds = [1, 2, 3].map(() => startWithTemporalBinary(failDownload, { env }));

    const started = await Promise.all(builds);

    expect(started).toEqual(builds.map(() => ({ type: "existing-path", path: cached })));
    expect(await readFile(cached, "utf8")).toContain("whole");
    expect(await readdir(cache)).toEqual(["temporal-1.5.1"]);
  });

  it("removes what a killed build left behind", async () => {
    const abandoned = join(cache, "go-build-killed");
    await mkdir(join(abandoned, "modules"), { recursive: true });
    await utimes(abandoned, 0, 0);

    await startWithTemporalBinary(failDownload, { env });

    expect(await readdir(cache)).toEqual(["temporal-1.5.1"]);
  });
});

function reportExecutable(
  executable: EphemeralServerExecutable,
): Promise<EphemeralServerExecutable> {
  return Promise.resolve(executable);
}

function failDownload(executable: EphemeralServerExecutable): Promise<EphemeralServerExecutable> {
  return executable.type === "cached-download"
    ? Promise.reject(new Error(OUT_OF_REACH))
    : Promise.resolve(executable);
}

/** A folder older than its time to live, in the place of the file: the SDK fails before it asks the network. */
async function makeDownloadFail(): Promise<void> {
  const file = join(cache, `temporal-sdk-typescript-${testingPackage.version}`);
  await mkdir(file, { recursive: true });
  await utimes(file, 0, 0);
}

async function writeCommand(path: string, script = "#!/bin/sh\n"): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, script);
  await chmod(path, 0o755);
}

function wait(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
