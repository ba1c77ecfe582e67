/** A PostgreSQL server for one file of tests, on a free port, with a password and TLS. */

import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TEST_KEY, VALID_CERTIFICATE } from "../fixtures/certificates.ts";
import { describeWhere } from "./describe-where.ts";
import { freePort } from "../../bench/load/free-port.ts";

export interface PostgresServer {
  readonly port: number;
  /** With its password. */
  readonly url: string;
  /** Starts it again on the same port and data, after `crash`. */
  start(): Promise<void>;
  /** Ends it at once. */
  crash(): Promise<void>;
  /** The same, and removes its data. */
  stop(): Promise<void>;
}

export const POSTGRES_USER = "signalbox";
export const POSTGRES_PASSWORD = "canary-7c1e5b";
const READY = "database system is ready to accept connections";

const bin = findBin();

/** `describe`, or a note that the tests are left out. */
export const describeWithPostgres = describeWhere(bin !== undefined, "postgres");

/** On the PATH, or where Debian puts it. */
function findBin(): string | undefined {
  if (spawnSync("initdb", ["--version"]).status === 0) return "";
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).toSorted() : [];
  const folders = versions.map((version) => join(root, version, "bin"));
  return folders.findLast((folder) => existsSync(join(folder, "initdb")));
}

/**
 * Stop it when the tests are done.
 *
 * @param settings - such as `"fsync=off"`, for a server that is not killed.
 */
export async function startPostgres(...settings: readonly string[]): Promise<PostgresServer> {
  if (bin === undefined) throw new Error("PostgreSQL is not installed: apt-get install postgresql");
  const port = await freePort();
  const folder = createCluster(bin);
  let running: ChildProcess | undefined;
  const server: PostgresServer = {
    port,
    url: `postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@127.0.0.1:${port}/postgres`,
    async start() {
      const given = [
        `port=${port}`,
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        ...settings,
      ];
      const args = ["-D", join(folder, "data"), ...given.flatMap((setting) => ["-c", setting])];
      running = await startUntilReady(join(bin, "postgres"), args);
    },
    async crash() {
      if (running === undefined) return;
      const ended = once(running, "exit");
      // Its immediate shutdown: nothing is tidied up, and it waits for its children. After SIGKILL they would go on answering for a moment.
      running.kill("SIGQUIT");
      running = undefined;
      await ended;
    },
    async stop() {
      await server.crash();
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
  await server.start();
  return server;
}

/** PostgreSQL does not run as root. */
function owner(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const name = spawnSync("id", ["postgres"]).status === 0 ? "postgres" : "nobody";
  const read = (flag: string): number =>
    Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
  return { uid: read("-u"), gid: read("-g") };
}

function createCluster(folderOfPrograms: string): string {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-postgres-"));
  const { uid, gid } = owner();
  const give = (path: string): void => {
    if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
  };
  give(folder);
  for (const [name, text] of Object.entries({
    password: POSTGRES_PASSWORD,
    "server.crt": VALID_CERTIFICATE,
    "server.key": TEST_KEY,
  })) {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    give(join(folder, name));
  }
  const who = ["-U", POSTGRES_USER, "--auth=scram-sha-256", `--pwfile=${join(folder, "password")}`];
  const how = ["--locale=C", "--encoding=UTF8", "--no-sync"];
  const run = { uid, gid, stdio: "pipe", cwd: folder } as const;
  const data = join(folder, "data");
  execFileSync(join(folderOfPrograms, "initdb"), ["-D", data, ...who, ...how], run);
  const tls = [
    "ssl=on",
    `ssl_cert_file='${folder}/server.crt'`,
    `ssl_key_file='${folder}/server.key'`,
  ];
  writeFileSync(join(data, "postgresql.auto.conf"), `${tls.join("\n")}\n`);
  return folder;
}

async function startUntilReady(program: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(program, args, {
    ...owner(),
    stdio: ["ignore", "ignore", "pipe"],
    cwd: "/",
  });
  const said = await untilReady(child);
  if (!said.includes(READY)) throw new Error(`PostgreSQL did not start: ${said}`);
  return child;
}

async function untilReady({ stderr }: ChildProcess): Promise<string> {
  let said = "";
  for await (const chunk of stderr!.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    said += String(chunk);
    if (said.includes(READY)) break;
  }
  // Read on, or a full pipe would stop it.
  stderr!.resume();
  return said;
}
