/** Looks at a Temporal server without changing anything: is it there, and is all there that a run needs? */

import { Connection } from "@temporalio/client";
import { isNativeError } from "node:util/types";
import { readConnectConfig } from "./connect-config.ts";
import { SEARCH_ATTRIBUTE_KEYS } from "./register-search-attributes.ts";

export interface TemporalDiagnosis {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  /** Of the server. Absent: it does not answer, and nothing else is known. */
  readonly version?: string;
  /** Why it does not answer. */
  readonly problem?: string;
  /** Absent: the namespace is there. */
  readonly namespaceProblem?: string;
  /** Names of ours that the namespace does not have. Absent: the server does not let us see. */
  readonly missingAttributes?: readonly string[];
  /** How many workers ask for work. Absent: as above. */
  readonly pollers?: number;
}

const TIMEOUT_MS = 5_000;
/** `temporal.api.enums.v1.TaskQueueType`, of which the client exports no values. */
const WORKFLOWS = 1;

/** Asks the server of `TEMPORAL_ADDRESS`, or the one that is usually on this machine. Never rejects. */
export async function diagnoseTemporal(
  env: NodeJS.ProcessEnv,
  taskQueue = "signalbox",
): Promise<TemporalDiagnosis> {
  const { connectionOptions, address, namespace } = readConnectConfig(env);
  try {
    const connection = await Connection.connect({
      ...connectionOptions,
      address,
      connectTimeout: TIMEOUT_MS,
    });
    try {
      return { address, namespace, ...(await ask(connection, namespace, taskQueue)) };
    } finally {
      await connection.close();
    }
  } catch (error) {
    return { address, namespace, problem: messageOf(error) };
  }
}

async function ask(
  connection: Connection,
  namespace: string,
  taskQueue: string,
): Promise<Omit<TemporalDiagnosis, "address" | "namespace">> {
  return connection.withDeadline(Date.now() + TIMEOUT_MS, async () => {
    const { workflowService: service, operatorService } = connection;
    const { serverVersion: version } = await service.getSystemInfo({});
    const namespaceProblem = await service
      .describeNamespace({ namespace })
      .then(() => undefined, messageOf);
    if (namespaceProblem !== undefined) return { version, namespaceProblem };
    const [missingAttributes, pollers] = await Promise.all([
      operatorService.listSearchAttributes({ namespace }).then(
        ({ customAttributes }) =>
          SEARCH_ATTRIBUTE_KEYS.map(({ name }) => name).filter(
            (name) => !Object.hasOwn(customAttributes, name),
          ),
        () => undefined,
      ),
      service
        // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- See there.
        .describeTaskQueue({ namespace, taskQueue: { name: taskQueue }, taskQueueType: WORKFLOWS })
        .then(
          (answer) => answer.pollers?.length ?? 0,
          () => undefined,
        ),
    ]);
    return {
      version,
      ...(missingAttributes && { missingAttributes }),
      ...(pollers !== undefined && { pollers }),
    };
  });
}

/** What gRPC says, without its stack; the address is told beside it. */
function messageOf(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  return "details" in error && typeof error.details === "string" && error.details !== ""
    ? error.details
    : error.message;
}
