/**
 * Metrics of the client, for whoever wants them: an entry point of its own, so that nobody else pays for `Metric`.
 *
 * ```ts
 * import { ClientSessions } from "@seam-effect/client-sessions"
 * import * as Metrics from "@seam-effect/client-sessions/metrics"
 * import * as Layer from "effect/Layer"
 *
 * const layer = Layer.mergeAll(ClientSessions.layerFetch(), Metrics.layer)
 * ```
 *
 * The names are OpenTelemetry's where it has one. Each metric has the attributes `http.request.method`, `server.address`,
 * `http.response.status_code` where an answer came, and `error.type` where it failed: the tag of the failure, or
 * `interrupted`. No value of a filter and no secret is among them.
 *
 * @module
 */
import * as Duration from "effect/Duration"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import { type Attributes, Observer } from "./client/telemetry.ts"

/**
 * `http.client.request.duration`: how long an attempt took, in seconds; that of a stream, until its answer began.
 *
 * Its boundaries are those of OpenTelemetry's semantic conventions for HTTP metrics.
 */
export const requestDuration: Metric.Histogram<number> = Metric.histogram("http.client.request.duration", {
  description: "Duration of HTTP client requests, in seconds.",
  boundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
})

/** `seam.client_sessions.calls`: how many calls of `list` and `stream` have ended. One with a wrong filter is none. */
export const calls: Metric.Counter<number> = Metric.counter("seam.client_sessions.calls", {
  description: "Calls of the operation that have ended.",
  incremental: true
})

/** `seam.client_sessions.retries`: how many attempts failed and were made again. */
export const retries: Metric.Counter<number> = Metric.counter("seam.client_sessions.retries", {
  description: "Attempts that failed and were made again.",
  incremental: true
})

const names = ["http.request.method", "server.address", "http.response.status_code", "error.type"]

const labels = (attributes: Attributes): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).filter(([name]) => names.includes(name)).map(([name, value]) => [name, String(value)])
  )

/** Counts the calls of every client in the program, or of those that are built with it. */
export const layer: Layer.Layer<never> = Layer.succeed(Observer, {
  onAttempt: (duration, attributes) =>
    Metric.update(Metric.withAttributes(requestDuration, labels(attributes)), Duration.toSeconds(duration)),
  onRetry: (attributes) => Metric.update(Metric.withAttributes(retries, labels(attributes)), 1),
  onCall: (attributes) => Metric.update(Metric.withAttributes(calls, labels(attributes)), 1)
})
