/** `signalbox/testing`: what tests of graphs and plugins import. */

export {
  InProcessError,
  runInProcess,
  type InProcessOptions,
  type InProcessRun,
} from "./run-in-process.ts";
