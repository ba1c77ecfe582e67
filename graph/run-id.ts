/**
 * The ids of runs: `workspace.graph-own`. The workspace is a part of the id, so that whose a run is can be told, and
 * refused, without asking for the run.
 */

/** What a workspace may be called: letters a to z, digits and hyphens inside, 40 at most. No dot: it ends the name. */
export const WORKSPACE_NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** Makes the id of a run. `own`: what sets it apart from the other runs of that graph and workspace. */
export function runIdOf(workspace: string, graph: string, own: string): string {
  return `${workspace}.${graph}-${own}`;
}

/** Whether a run, or a sub-graph of one, belongs to a workspace, by its id. */
export function isRunOf(workspace: string, runId: string): boolean {
  return runId.startsWith(`${workspace}.`);
}

/** The workspace that a run belongs to, by its id. `undefined`: it was not named by us. */
export function workspaceOf(runId: string): string | undefined {
  const name = runId.slice(0, Math.max(0, runId.indexOf(".")));
  return WORKSPACE_NAME.test(name) ? name : undefined;
}
