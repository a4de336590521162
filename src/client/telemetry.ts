/**
 * What an operator sees of a call: its span, an event and a debug log for each attempt that is made again, and whatever
 * {@link Observer} counts. Names are OpenTelemetry's for HTTP where it has one. No value of a filter and no secret is
 * among them.
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpTraceContext from "effect/http/HttpTraceContext"
import * as Tracer from "effect/Tracer"
import type { ListError } from "../ListError.ts"

/** Names and values, as a span, a log and a metric carry them. */
export type Attributes = Readonly<Record<string, string | number>>

/** Is told of every call, so that metrics can be an entry point of their own. */
export interface Observer {
  /** An attempt has ended; that of a stream, when its answer has begun. */
  readonly onAttempt: (duration: Duration.Duration, attributes: Attributes) => Effect.Effect<void>
  /** An attempt that failed is now made again. */
  readonly onRetry: (attributes: Attributes) => Effect.Effect<void>
  /** A call has ended. */
  readonly onCall: (attributes: Attributes) => Effect.Effect<void>
}

/** The observer in the context. Default: nobody. */
export const Observer: Context.Reference<Observer | undefined> = /* @__PURE__ */ Context.Reference<
  Observer | undefined
>(
  "@seam-effect/client-sessions/Observer",
  { defaultValue: () => undefined }
)

/** What is known of a call: how many attempts have begun, what came of the last one, how many sessions were passed on. */
export interface Call {
  attempts: number
  failure: ListError | undefined
  readonly status: number | undefined
  readonly requestId: string | undefined
  readonly count: number | undefined
}

/** What a call says of itself. */
export interface Telemetry {
  /** The headers that make what the server traces a part of the call's trace. */
  readonly traceHeaders: () => Readonly<Record<string, string>>
  /** An attempt, counted, its failure kept; timed for the observer, who is told first if it is a further one. */
  readonly attempt: <A>(call: Call, effect: Effect.Effect<A, ListError>) => Effect.Effect<A, ListError>
  /** Notes that an attempt, which has failed, will be made again, after how many milliseconds. */
  readonly retry: (call: Call, delay: number) => Effect.Effect<void>
  /** Notes how the call has ended. */
  readonly end: (call: Call, exit: Exit.Exit<unknown, unknown>) => Effect.Effect<void>
}

/**
 * For a call of the client of a server, by the names of its filters, which begins in its span. What it then says goes to
 * that span, wherever it is said: a stream that isn't read to its end is ended by its reader.
 *
 * The observer is the one in the context, or else the one that the client was built with.
 */
export const begin = (
  server: string,
  filters: ReadonlyArray<string>,
  built: Observer | undefined
): Effect.Effect<Telemetry> =>
  Effect.withFiberSucceed((fiber) => {
    const parent = Context.getOrUndefined(fiber.context, Tracer.ParentSpan)
    const span = parent?._tag === "Span" ? parent : undefined
    span?.attribute("seam.filters", filters)
    const isTraced = !fiber.getRef(Tracer.DisablePropagation)
    const observer = fiber.getRef(Observer) ?? built

    const attributesOf = (call: Call, exit?: Exit.Exit<unknown, unknown>): Attributes => {
      const isInterrupted = exit !== undefined && Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
      const all = {
        "http.request.method": "POST",
        "server.address": server,
        "http.response.status_code": call.status,
        "http.request.resend_count": call.attempts > 1 ? call.attempts - 1 : undefined,
        "error.type": call.failure?._tag ?? (isInterrupted ? "interrupted" : undefined),
        "seam.request_id": call.requestId,
        "seam.client_sessions.count": call.count
      }
      return Object.fromEntries(
        Object.entries(all).filter((entry): entry is [string, string | number] => entry[1] !== undefined)
      )
    }

    return {
      traceHeaders: () => isTraced && span !== undefined ? HttpTraceContext.toHeaders(span) : {},

      attempt: (call, effect) =>
        Effect.suspend(() => {
          const again = call.failure === undefined ? undefined : observer?.onRetry(attributesOf(call))
          call.attempts++
          call.failure = undefined
          const noted = Effect.mapError(effect, (failure) => (call.failure = failure))
          if (observer === undefined) return noted
          const timed = Effect.flatMap(Clock.currentTimeNanos, (start) =>
            Effect.onExit(noted, (exit) =>
              Effect.flatMap(
                Clock.currentTimeNanos,
                (end) => observer.onAttempt(Duration.nanos(end - start), attributesOf(call, exit))
              )))
          return again === undefined ? timed : Effect.andThen(again, timed)
        }),

      retry: (call, delay) =>
        Effect.flatMap(Clock.currentTimeNanos, (now) => {
          const attributes = { ...attributesOf(call), "seam.retry.delay_ms": Math.round(delay) }
          span?.event("ClientSessions.retry", now, attributes)
          return Effect.logDebug("Listing client sessions is tried again", attributes)
        }),

      end: (call, exit) =>
        Effect.suspend(() => {
          const attributes = attributesOf(call, exit)
          for (const [name, value] of Object.entries(attributes)) span?.attribute(name, value)
          return observer === undefined ? Effect.void : observer.onCall(attributes)
        })
    }
  })
