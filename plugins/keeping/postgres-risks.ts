/** Reads in PostgreSQL's settings whether it keeps what it has acknowledged. */

/** To be selected. */
export const POSTGRES_SETTINGS = `current_setting('fsync') AS "fsync",
  current_setting('synchronous_commit') AS "synchronousCommit"`;

/** In words, for whoever runs it. */
export function readPostgresRisks(settings: Readonly<Record<string, unknown>>): readonly string[] {
  return [
    ...(settings["fsync"] === "off"
      ? ['it does not bring to the disk what it writes, so set "fsync = on"']
      : []),
    ...(settings["synchronousCommit"] === "off"
      ? ['it answers before it has written, so set "synchronous_commit = on"']
      : []),
  ];
}
