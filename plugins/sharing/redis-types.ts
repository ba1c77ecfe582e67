/** What is used of `@redis/client`, which may not be installed: see decision 32. */

export interface RedisPackage {
  createClient(options: RedisClientOptions): RedisClient;
}

export interface RedisClientOptions {
  readonly url: string;
  readonly socket: {
    readonly connectTimeout: number;
    readonly reconnectStrategy: (retries: number) => number;
    readonly ca?: string;
  };
  /** Commands fail at once while there is no connection. */
  readonly disableOfflineQueue: true;
  readonly commandsQueueMaxLength: number;
  readonly maintNotifications: "disabled";
}

export interface RedisClient {
  readonly isReady: boolean;
  readonly isPubSubActive: boolean;
  connect(): Promise<unknown>;
  sendCommand(command: readonly string[]): Promise<unknown>;
  /** Kept over connections that are made anew. */
  subscribe(channel: string, listener: (message: string) => void): Promise<void>;
  on(event: "ready", listener: () => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
  destroy(): void;
}
