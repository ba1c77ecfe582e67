/** Leaves tests out where the program that they need is not installed. */

/**
 * `describe`; or, on a developer's machine without `program`, a note that the tests are left out. Where CI is set they are not:
 * see `.ci/run`, which installs it.
 */
export function describeWhere(isInstalled: boolean, program: string): typeof describe.skip {
  if (isInstalled || process.env["CI"] !== undefined) return describe;
  process.stderr.write(`${program} is not installed: the tests of what needs it are left out.\n`);
  return describe.skip;
}
