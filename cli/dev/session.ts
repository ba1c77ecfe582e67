/** A session of `signalbox dev`: keeps the last good version of a project running, beside a Temporal server. */

import { dirname, join, relative } from "node:path";
import { isNativeError } from "node:util/types";
import type { ProjectSource } from "../find-module.ts";
import type { ProjectOptions } from "../load-project.ts";
import { compile, findCompiler, type Compiler } from "./compile.ts";
import { Helper } from "./helper.ts";
import { RelayedError, type ProjectFacts, type TemporalFacts } from "./message.ts";
import { watchFolder, type Watching } from "./watch-folder.ts";

export interface SessionOptions {
  readonly project: ProjectSource;
  /** As given: each version of the code is found by them anew. */
  readonly options: ProjectOptions;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly report: Report;
}

/** What a session tells while it goes on. */
export interface Report {
  note(text: string): void;
  /** `durationMs`: since the change was seen. */
  serving(facts: ProjectFacts, durationMs: number): void;
  /** A version that cannot run. `isServing`: another one does. */
  refused(error: Error, isServing: boolean): void;
}

/** A TypeScript file, or what says how it is compiled. */
const SOURCE = /(\.[cm]?ts|\/tsconfig[^/]*\.json)$/;

export class Session {
  readonly #options: SessionOptions;
  readonly #ending = new AbortController();
  /** Those with a version of the project, also old ones that finish what they have. */
  readonly #helpers = new Set<Helper>();
  #temporal: Helper | undefined;
  #env: NodeJS.ProcessEnv;
  #compiler: Compiler | undefined;
  #watching: Watching | undefined;
  #current: Helper | undefined;
  #hasNewSources = false;
  #hasNewCode = false;
  #changedAt = Date.now();
  /** The sources are not compiled, or not yet. */
  #isBroken = false;
  #work: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#env = options.env;
  }

  /**
   * Starts what there is to start, and waits for the end: of {@link Session.stop}, or of the Temporal server.
   *
   * @throws {RelayedError} when the Temporal server does not start, or ends by itself.
   */
  async run(): Promise<void> {
    const { root, config, isCompiled } = this.#options.project;
    if (isCompiled) this.#compiler = await findCompiler(dirname(config), root);
    try {
      await this.#openTemporal();
      this.#watching = await watchFolder(root, (files) => this.#see(files));
      this.#hasNewSources = isCompiled;
      this.#hasNewCode = true;
      this.#begin();
      await this.#untilEnd();
    } catch (error) {
      if (!this.#ending.signal.aborted) throw error;
    }
  }

  /** Lets what is in flight finish, worker first and Temporal last. Can be called again. */
  stop(): Promise<void> {
    this.#ending.abort();
    return (this.#stopping ??= this.#stopAll());
  }

  async #stopAll(): Promise<void> {
    this.#watching?.close();
    await Promise.all([...this.#helpers].map((helper) => helper.stop()));
    await this.#work;
    await this.#temporal?.stop();
  }

  async #untilEnd(): Promise<void> {
    const { signal } = this.#ending;
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve());
    });
    await Promise.race([stopped, this.#temporal?.ended ?? stopped]);
    if (signal.aborted) return;
    throw new RelayedError({
      text: "The Temporal server ended by itself. Its runs are kept: start `signalbox dev` again.",
    });
  }

  async #openTemporal(): Promise<void> {
    const { env, project } = this.#options;
    if (env["TEMPORAL_ADDRESS"]) return;
    const databaseFile = join(project.root, ".signalbox", "temporal.db");
    this.#temporal = this.#help("./temporal-helper.js", [databaseFile]);
    const { facts } = await this.#temporal.hear("temporal");
    this.#env = { ...env, ...addressOf(facts) };
  }

  #see(files: readonly string[]): void {
    const { root } = this.#options.project;
    const hasSources = (file: string): boolean => SOURCE.test(`/${relative(root, file)}`);
    const sources = this.#compiler === undefined ? [] : files.filter(hasSources);
    this.#hasNewSources ||= sources.length > 0;
    this.#hasNewCode ||= sources.length < files.length;
    this.#begin();
  }

  /** One thing after the other: what changes meanwhile is seen to afterwards. */
  #begin(): void {
    if (this.#work !== undefined || this.#ending.signal.aborted) return;
    this.#changedAt = Date.now();
    this.#work = this.#catchUp()
      .catch((error: unknown) => {
        if (this.#ending.signal.aborted) return;
        const told = isNativeError(error) ? error : new Error(String(error));
        this.#options.report.refused(told, this.#current !== undefined);
      })
      .finally(() => {
        this.#work = undefined;
        if (this.#hasNewSources || this.#isReady()) this.#begin();
      });
  }

  /** Code that does not fit its sources is not loaded: what waits for a compiler is not ready. */
  #isReady(): boolean {
    return this.#hasNewCode && !this.#isBroken;
  }

  async #catchUp(): Promise<void> {
    const { root } = this.#options.project;
    const { signal } = this.#ending;
    if (this.#hasNewSources && this.#compiler !== undefined) {
      this.#hasNewSources = false;
      this.#isBroken = true;
      await compile(this.#compiler, { root, signal });
      this.#isBroken = false;
      await this.#watching?.look();
      if (this.#hasNewSources) return;
    }
    if (!this.#isReady() || signal.aborted) return;
    this.#hasNewCode = false;
    await this.#load();
  }

  async #load(): Promise<void> {
    const { options, report } = this.#options;
    const next = this.#help("./project-helper.js", [JSON.stringify(options)]);
    this.#keep(next);
    try {
      await next.hear("working");
      await this.#release();
      next.tell("open");
      const { facts } = await next.hear("serving");
      this.#current = next;
      void this.#noticeEnd(next);
      report.serving(facts, Date.now() - this.#changedAt);
    } catch (error) {
      await next.stop();
      throw error;
    }
  }

  /** The one before hands over, and goes on with what it has in flight. */
  async #release(): Promise<void> {
    const before = this.#current;
    if (before === undefined) return;
    this.#current = undefined;
    before.tell("stop");
    await before.hear("released").catch(() => {});
    void before.stop();
  }

  #keep(helper: Helper): void {
    this.#helpers.add(helper);
    void helper.ended.then(() => this.#helpers.delete(helper));
  }

  async #noticeEnd(helper: Helper): Promise<void> {
    await helper.ended;
    if (this.#current !== helper || this.#ending.signal.aborted) return;
    this.#current = undefined;
    await helper
      .hear("released")
      .catch((error: Error) => this.#options.report.refused(error, false));
  }

  #help(module: string, args: readonly string[]): Helper {
    const { cwd, report } = this.#options;
    return new Helper(module, { args, cwd, env: this.#env, onNote: (text) => report.note(text) });
  }
}

/** For the project's own process, and for those that it starts. */
function addressOf({ address, uiUrl }: TemporalFacts): NodeJS.ProcessEnv {
  return { TEMPORAL_ADDRESS: address, SIGNALBOX_TEMPORAL_UI_URL: uiUrl };
}
