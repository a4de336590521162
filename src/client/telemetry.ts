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
export const Observer: Context.Reference<Observer | undefined> = Context.Reference<Observer | undefined>(
  "@seam-effect/client-sessions/Observer",
  { defaultValue: () => undefined }
)

/** What is known of an answer. */
export interface Answered {
  readonly status?: number | undefined
  readonly requestId?: string | undefined
}

const withoutUndefined = (attributes: Readonly<Record<string, string | number | undefined>>): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => value === undefined ? [] : [[name, value] as const])
  )

const errorType = (exit: Exit.Exit<unknown, ListError>): string | undefined => {
  if (Exit.isSuccess(exit)) return undefined
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  return error?._tag ?? (Cause.hasInterruptsOnly(exit.cause) ? "interrupted" : "defect")
}

const labels = (server: string, { status }: Answered, exit: Exit.Exit<unknown, ListError>): Attributes =>
  withoutUndefined({
    "http.request.method": "POST",
    "server.address": server,
    "http.response.status_code": status,
    "error.type": errorType(exit)
  })

/** What is known of a call when it ends. */
export interface Ended extends Answered {
  /** How many of its attempts were made again. */
  readonly resends: number
  /** How many sessions it has passed on. */
  readonly count?: number | undefined
}

/** What a call says of itself. */
export interface Telemetry {
  /** The headers that make what the server traces a part of the call's trace. */
  readonly traceHeaders: Readonly<Record<string, string>>
  /** Names the filters that the call has, not their values. */
  readonly filters: (names: ReadonlyArray<string>) => void
  /** Tells the observer how long an attempt took and how it ended. */
  readonly attempt: <A>(effect: Effect.Effect<A, ListError>, answered: () => Answered) => Effect.Effect<A, ListError>
  /** Notes that an attempt that failed is made again, as which and after how many milliseconds. */
  readonly retry: (error: ListError, resend: number, delay: number) => Effect.Effect<void>
  /** Notes how the call has ended. */
  readonly end: (ended: Ended, exit: Exit.Exit<unknown, ListError>) => Effect.Effect<void>
}

/**
 * For a call of the client of a server, which begins in its span. What it then says goes to that span, wherever it is said:
 * a stream that isn't read to its end is ended by its reader.
 *
 * The observer is the one in the context, or else the one that the client was built with.
 */
export const begin = Effect.fnUntraced(
  function*(server: string, built: Observer | undefined): Effect.fn.Return<Telemetry> {
    const span = Option.getOrUndefined(yield* Effect.option(Effect.currentSpan))
    const observer = (yield* Observer) ?? built
    const annotate = (attributes: Attributes): void => {
      for (const [name, value] of Object.entries(attributes)) span?.attribute(name, value)
    }

    return {
      traceHeaders: span === undefined ? {} : HttpTraceContext.toHeaders(span),

      filters: (names) => span?.attribute("seam.filters", names),

      attempt: (effect, answered) =>
        observer === undefined ?
          effect :
          Effect.flatMap(Clock.currentTimeNanos, (start) =>
            Effect.onExit(effect, (exit) =>
              Effect.flatMap(Clock.currentTimeNanos, (end) =>
                observer.onAttempt(Duration.nanos(end - start), labels(server, answered(), exit))))),

      retry: Effect.fnUntraced(function*(error, resend, delay) {
        const answered: Answered = "status" in error ? error : {}
        const attributes = withoutUndefined({
          "error.type": error._tag,
          "http.response.status_code": answered.status,
          "seam.request_id": answered.requestId,
          "http.request.resend_count": resend,
          "seam.retry.delay_ms": Math.round(delay)
        })
        span?.event("ClientSessions.retry", yield* Clock.currentTimeNanos, attributes)
        yield* Effect.logDebug("Listing client sessions failed and is tried again", attributes)
        if (observer !== undefined) yield* observer.onRetry(labels(server, answered, Exit.fail(error)))
      }),

      end: (ended, exit) =>
        Effect.suspend(() => {
          annotate(labels(server, ended, exit))
          annotate(withoutUndefined({
            "seam.request_id": ended.requestId,
            "http.request.resend_count": ended.resends === 0 ? undefined : ended.resends,
            "seam.client_sessions.count": ended.count
          }))
          return observer === undefined ? Effect.void : observer.onCall(labels(server, ended, exit))
        })
    }
  }
)
