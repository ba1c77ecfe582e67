/** A promise to be resolved from elsewhere: how a test waits for an event. */

export interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

export function deferred(): Deferred {
  const events = new EventTarget();
  const promise = new Promise<void>((resolve) => {
    events.addEventListener("resolve", () => resolve(), { once: true });
  });
  return { promise, resolve: () => void events.dispatchEvent(new Event("resolve")) };
}
