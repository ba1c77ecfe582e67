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
  // Modules of every file stay in a process's memory: beyond this it is given up for a new one, or garbage would be all it collects.
  workerIdleMemoryLimit: "1500MB",
};
