/** Looks at the Temporal server, from the outside in. */

import type { TemporalDiagnosis } from "../../worker/diagnose-temporal.ts";
import { failed, ok, warning, type Finding } from "./finding.ts";

/** What cannot be known when something before it fails is left out. */
export async function checkTemporal(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const { diagnoseTemporal } = await import("../../worker/diagnose-temporal.ts");
  return judgeTemporal(await diagnoseTemporal(env), Boolean(env["TEMPORAL_ADDRESS"]));
}

/** @param isNamed - Whether somebody said where the server is: else it may be meant to be started later. */
export function judgeTemporal(
  { address, namespace, version, problem, ...found }: TemporalDiagnosis,
  isNamed: boolean,
): readonly Finding[] {
  const check = "Temporal";
  if (version === undefined) {
    const message = `no server answers at "${address}"${problem === undefined ? "" : `: ${problem}`}`;
    return [
      isNamed
        ? failed(check, message, "Start it, or mend TEMPORAL_ADDRESS, its TLS or its API key.")
        : warning(check, message, "`npx signalbox dev` starts one; or set TEMPORAL_ADDRESS."),
    ];
  }
  const server = ok(check, `server ${version} at "${address}"`);
  const { namespaceProblem, missingAttributes, pollers } = found;
  if (namespaceProblem !== undefined) {
    const remedy = `Mend TEMPORAL_NAMESPACE, or make it: temporal operator namespace create --namespace ${namespace}`;
    return [server, failed("namespace", `"${namespace}": ${namespaceProblem}`, remedy)];
  }
  return [
    server,
    ok("namespace", `"${namespace}"`),
    judgeAttributes(missingAttributes),
    judgePollers(pollers),
  ];
}

function judgeAttributes(missing: readonly string[] | undefined): Finding {
  const check = "search attributes";
  if (missing === undefined) {
    return warning(
      check,
      "the server does not let us see them",
      "Ask whoever runs it; docs/errors.md names them at TEMPORAL_UNREACHABLE.",
    );
  }
  if (missing.length === 0) return ok(check, "all registered");
  return warning(
    check,
    `not there: ${missing.join(", ")}`,
    "The first worker, or `npx signalbox dev`, adds them; where it may not, add them with temporal operator search-attribute create.",
  );
}

function judgePollers(pollers: number | undefined): Finding {
  const check = "workers";
  if (pollers === undefined) return warning(check, "the server does not say whether there are any");
  // Temporal remembers those that asked within the last five minutes.
  if (pollers > 0)
    return ok(check, `${pollers} asked for work within 5 minutes, on task queue "signalbox"`);
  return warning(
    check,
    'none asks for work on task queue "signalbox": runs wait',
    "Start one: `npx signalbox dev` or `npx signalbox worker`.",
  );
}
