/**
 * Imported before anything else, keeps `Error` from taking stack traces while the modules after it load.
 *
 * Effect makes two errors as it loads, to see what the engine writes into their stacks; where the limit is 0, it does without
 * (https://github.com/Effect-TS/effect/pull/8114). In `workerd` the first stack is slow to make: it takes part of the time
 * that a cold start needs (https://github.com/cloudflare/workerd/issues/7245). An error while the modules load has no
 * stack then, but its message.
 *
 * @module
 */
const { stackTraceLimit } = Error

Error.stackTraceLimit = 0

/** Lets `Error` take stack traces again, as many lines as before. For the end of the last module, before any request. */
export const restore = (): void => {
  Error.stackTraceLimit = stackTraceLimit
}
