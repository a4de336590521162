/**
 * Imported first, keeps `Error` from taking stack traces while the modules after it load.
 *
 * V8's first stack trace costs a cold start a quarter of its time (https://github.com/cloudflare/workerd/issues/7245), and
 * Effect takes one as it loads, to see what the engine writes there; with a limit of 0 it does without
 * (https://github.com/Effect-TS/effect/issues/8114).
 *
 * @module
 */
const { stackTraceLimit } = Error

Error.stackTraceLimit = 0

/** Lets `Error` take stack traces again, as many lines as before. For the end of the last module, before any request. */
export const restore = (): void => {
  Error.stackTraceLimit = stackTraceLimit
}
