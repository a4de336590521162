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
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import type { ListError } from "../ListError.ts"

/** Names and values, as a span, a log and a metric carry them. */
export type Attributes = Readonly<Record<string, string | number>>

/** Is told of every call, so that metrics can be an entry point of their own. */
export interface Observer {
  /** An attempt has ended; that of a stream, when its answer has begun. */
  readonly onAttempt: (duration: Duration.Duration, attributes: Attributes) => Effect.Effect<void>
  /** An attempt will be made again. */
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

/** What is known of an attempt, or of the last one of a call. */
export interface Known {
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  /** How it failed, if it did. */
  readonly failure?: ListError | undefined
}

/** What is known of a call: of its last attempt, and of all. */
export interface Call extends Known {
  /** How many attempts have begun. */
  attempts: number
  /** How the last attempt failed, if it did. */
  failure: ListError | undefined
  /** How many sessions it has passed on. */
  readonly count: number | undefined
}

const withoutUndefined = (attributes: Readonly<Record<string, string | number | undefined>>): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string | number] => entry[1] !== undefined)
  )

const isInterrupted = (exit: Exit.Exit<unknown, unknown>): boolean =>
  Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)

/** What a call says of itself. */
export interface Telemetry {
  /** The headers that make what the server traces a part of the call's trace. */
  readonly traceHeaders: Readonly<Record<string, string>>
  /** Names the filters that the call has, not their values. */
  readonly filters: (names: ReadonlyArray<string>) => void
  /** An attempt, counted, and timed for the observer. */
  readonly attempt: <A>(call: Call, effect: Effect.Effect<A, ListError>) => Effect.Effect<A, ListError>
  /** Notes that the attempt that has failed so will be made again, after how many milliseconds. */
  readonly retry: (failure: ListError, delay: number) => Effect.Effect<void>
  /** Notes how the call has ended. */
  readonly end: (call: Call, exit: Exit.Exit<unknown, unknown>) => Effect.Effect<void>
}

/**
 * For a call of the client of a server, which begins in its span. What it then says goes to that span, wherever it is said:
 * a stream that isn't read to its end is ended by its reader.
 *
 * The observer is the one in the context, or else the one that the client was built with.
 */
export const begin = /* @__PURE__ */ Effect.fnUntraced(
  function*(server: string, built: Observer | undefined): Effect.fn.Return<Telemetry> {
    const span = Option.getOrUndefined(yield* Effect.option(Effect.currentSpan))
    const isTraced = span !== undefined && !(yield* Tracer.DisablePropagation)
    const observer = (yield* Observer) ?? built

    const labels = ({ failure, status }: Known, exit: Exit.Exit<unknown, unknown> = Exit.void): Attributes =>
      withoutUndefined({
        "http.request.method": "POST",
        "server.address": server,
        "http.response.status_code": status,
        "error.type": failure?._tag ?? (isInterrupted(exit) ? "interrupted" : undefined)
      })

    return {
      traceHeaders: isTraced ? HttpTraceContext.toHeaders(span) : {},

      filters: (names) => span?.attribute("seam.filters", names),

      attempt: Effect.fnUntraced(function*(call, effect) {
        if (call.failure !== undefined && observer !== undefined) yield* observer.onRetry(labels(call))
        call.attempts++
        call.failure = undefined
        const start = yield* Clock.currentTimeNanos
        return yield* effect.pipe(
          Effect.mapError((failure) => (call.failure = failure)),
          Effect.onExit((exit) =>
            observer === undefined ?
              Effect.void :
              Effect.flatMap(Clock.currentTimeNanos, (end) =>
                observer.onAttempt(Duration.nanos(end - start), labels(call, exit)))
          )
        )
      }),

      retry: Effect.fnUntraced(function*(failure, delay) {
        const { requestId, status }: Known = "status" in failure ? failure : {}
        const attributes = withoutUndefined({
          "error.type": failure._tag,
          "http.response.status_code": status,
          "seam.request_id": requestId,
          "seam.retry.delay_ms": Math.round(delay)
        })
        span?.event("ClientSessions.retry", yield* Clock.currentTimeNanos, attributes)
        yield* Effect.logDebug("An attempt to list client sessions will be made again", attributes)
      }),

      end: (call, exit) =>
        Effect.suspend(() => {
          const known = labels(call, exit)
          const attributes = withoutUndefined({
            ...known,
            "seam.request_id": call.requestId,
            "http.request.resend_count": call.attempts > 1 ? call.attempts - 1 : undefined,
            "seam.client_sessions.count": call.count
          })
          for (const [name, value] of Object.entries(attributes)) span?.attribute(name, value)
          return observer === undefined ? Effect.void : observer.onCall(known)
        })
    }
  }
)
