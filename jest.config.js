import { availableParallelism } from "node:os";

/*
 * Told to the processes in which tests run. Every file loads its modules anew: with V8's default of 16 MB, most of that outlives
 * what is young and is moved about until it is old. See docs/decisions/0051-tests-in-two-processes.md.
 */
process.execArgv.push("--max-semi-space-size=64");

/** @type {import('jest').Config} */
export default {
  roots: ["<rootDir>/test", "<rootDir>/examples"],
  // Tests import the package by its name, as users do, and get the sources instead of dist/.
  testEnvironmentOptions: { customExportConditions: ["@signalbox/source", "node", "node-addons"] },
  // The template of `signalbox init` is tested as its user does, by node:test: see test/cli/init.test.ts.
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/examples/new-project/"],
  transform: { "\\.ts$": ["@swc/jest", { jsc: { target: "es2022" } }] },
  globalSetup: "<rootDir>/test/harness/global-setup.ts",
  globalTeardown: "<rootDir>/test/harness/global-teardown.ts",
  testTimeout: 60_000,
  // Half of the time is spent in waiting for servers: two at a time, where Jest would do with one on two cores.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // Modules of every file stay in a process's memory: beyond this it is given up for a new one, or garbage would be all it collects.
  workerIdleMemoryLimit: "500MB",
};
