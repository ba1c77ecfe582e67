/** The clock of live signals: nobody sets it back, and to read it hundreds of times in a row costs nothing. */

const STARTED_AT = performance.timeOrigin;

let read: number | undefined;

/**
 * Milliseconds since 1970. A cool-down must not last an hour because somebody set the system's clock back by one. Within one
 * stretch of synchronous work it stands still: a router asks for each of its candidates, and reading a clock takes longer
 * than all else that it is told of one.
 */
export function steadyNow(): number {
  if (read === undefined) {
    read = STARTED_AT + performance.now();
    queueMicrotask(forget);
  }
  return read;
}

function forget(): void {
  read = undefined;
}
