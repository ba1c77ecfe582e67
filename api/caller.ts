/** Who asks: a key, the workspace it belongs to and what it may do. */

/**
 * `run`: start and cancel; `read`: see; `approve`: decide; `audit`: read the audit trail; `payloads`: decode and encode what Temporal keeps, of all workspaces;
 * `admin`: all of it.
 */
export const SCOPES = ["run", "read", "approve", "audit", "payloads", "admin"] as const;

export type Scope = (typeof SCOPES)[number];

export interface Caller {
  /** Names the key in logs and in the record of a run. Never the key itself. */
  readonly id: string;
  /** Whose runs it sees and starts. Absent: everybody's, as where the API asks for no keys. */
  readonly workspace?: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** Tells who a bearer key belongs to. A store of keys, budgets and policies per workspace can come behind it. */
export interface Authenticator {
  /** `undefined`: nobody has this key. Takes the same time for any key that is wrong. */
  authenticate(key: string): Promise<Caller | undefined>;
}

/** What keys are written down with that belong to no workspace. */
export const ALL_WORKSPACES = "*";

/** Everyone, where the API asks for no keys. */
export const ANYBODY: Caller = { id: "anybody", scopes: new Set(SCOPES) };
