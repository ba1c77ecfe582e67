/** Where runs are in the Temporal UI. */

export interface TemporalUi {
  readonly url: string;
  readonly namespace: string;
}

/** The UI of a server that may have none, or none that is known. */
export function temporalUiOf({
  uiUrl,
  namespace,
}: {
  readonly uiUrl?: string | undefined;
  readonly namespace: string;
}): TemporalUi | undefined {
  return uiUrl ? { url: uiUrl, namespace } : undefined;
}

/** All runs of the namespace. */
export function linkToRuns({ url, namespace }: TemporalUi): string {
  return `${url}/namespaces/${namespace}/workflows`;
}

export function linkToRun(ui: TemporalUi, id: string): string {
  return `${linkToRuns(ui)}/${encodeURIComponent(id)}`;
}
