/** A model in memory, and its places: each takes one call at a time, others wait their turn. */

import type * as nodeLlamaCpp from "node-llama-cpp";
import type { Llama, LlamaChat, LlamaModel } from "node-llama-cpp";
import { ProviderError } from "../contract.ts";

/** The package node-llama-cpp, which is loaded when it is needed and may not be there. */
export type LlamaPackage = typeof nodeLlamaCpp;

export interface LoadSettings {
  readonly file: string;
  readonly contextSize: number;
  readonly parallel: number;
  readonly threads: number;
  readonly gpu: boolean;
}

/** What a call is made with. */
export interface Place {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly chat: LlamaChat;
  /** Tokens of input and output together. */
  readonly contextSize: number;
}

export class LoadedModel {
  readonly #llama: Llama;
  readonly #all: readonly Place[];
  readonly #free: Place[];
  readonly #waiting = new Set<(place: Place) => void>();
  readonly #running = new Set<Promise<unknown>>();

  private constructor(llama: Llama, places: readonly Place[]) {
    this.#llama = llama;
    this.#all = places;
    this.#free = [...places];
  }

  static async load(
    { getLlama, LlamaChat: Chat, LlamaLogLevel }: LlamaPackage,
    { file, contextSize, parallel, threads, gpu }: LoadSettings,
  ): Promise<LoadedModel> {
    const llama = await getLlama({
      // Never a compiler at run time, and nothing on the console: a worker's output is its host's.
      build: "never",
      skipDownload: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.disabled,
      logger: () => {},
      gpu: gpu ? "auto" : false,
      maxThreads: threads,
    });
    try {
      const model = await llama.loadModel({ modelPath: file });
      const size = Math.min(contextSize, model.trainContextSize);
      const context = await model.createContext({
        contextSize: size,
        sequences: parallel,
        threads,
      });
      const places = Array.from({ length: parallel }, () => ({
        llama,
        model,
        chat: new Chat({ contextSequence: context.getSequence() }),
        contextSize: size,
      }));
      return new LoadedModel(llama, places);
    } catch (error) {
      await llama.dispose();
      throw error;
    }
  }

  /** Tokens of input and output together, which the model itself may bound. */
  get contextSize(): number | undefined {
    return this.#all[0]?.contextSize;
  }

  /**
   * Runs `work` once a place is free. Rejects at once, with the signal's reason, when `signal` is aborted; the place is
   * given on only when `work` has let go of it.
   */
  async run<T>(signal: AbortSignal, work: (place: Place) => Promise<T>): Promise<T> {
    const place = await this.#take(signal);
    const running = work(place);
    this.#running.add(running);
    const release = (): void => {
      this.#running.delete(running);
      this.#giveOn(place);
    };
    running.then(release, release);
    return Promise.race([running, rejectOnAbort(signal)]);
  }

  /** Waits for the calls that run, which should have been aborted, and frees all memory. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#running);
    await this.#llama.dispose();
  }

  async #take(signal: AbortSignal): Promise<Place> {
    signal.throwIfAborted();
    const free = this.#free.pop();
    if (free !== undefined) return free;
    return new Promise((resolve, reject) => {
      const receive = (place: Place): void => {
        signal.removeEventListener("abort", leave);
        resolve(place);
      };
      const leave = (): void => {
        this.#waiting.delete(receive);
        reject(signal.reason);
      };
      this.#waiting.add(receive);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  #giveOn(place: Place): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free.push(place);
    } else {
      this.#waiting.delete(next);
      next(place);
    }
  }
}

/** Rejects with the signal's reason once it is aborted, and never otherwise. */
export function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** A failure of llama.cpp. Its own words may quote what the model wrote, so only its class is named. */
export function toProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  const name = error instanceof Error ? error.name : typeof error;
  return new ProviderError("unavailable", `llama.cpp failed with "${name}"`);
}
