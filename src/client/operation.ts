/**
 * The operation itself: filter, request, answer, sessions.
 *
 * @module
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Predicate from "effect/Predicate"
import type * as Pull from "effect/Pull"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { ClientSession } from "../ClientSession.ts"
import type { ClientSessionsService } from "../ClientSessions.ts"
import type { Credentials } from "../Credentials.ts"
import { makeBytesReader } from "../decode/bytes.ts"
import { type Malformed, maxCounted } from "../decode/sessions.ts"
import { decodeStream } from "../decode/stream.ts"
import { describe, hint } from "../internal/problems.ts"
import {
  type ListError,
  SeamContractViolation,
  SeamInvalidFilter,
  SeamInvalidResponse,
  SeamTimedOut
} from "../ListError.ts"
import { ListFilter } from "../ListFilter.ts"
import * as Body from "./body.ts"
import * as Connection from "./connection.ts"
import * as Refusal from "./refusal.ts"
import * as Request from "./request.ts"
import * as Telemetry from "./telemetry.ts"

/** What the client is made of; checked before it comes here. */
export interface Settings {
  readonly client: Request.Executor
  readonly credentials: Credentials
  readonly url: URL
  readonly timeout: Duration.Duration
  readonly attempts: number
  readonly baseDelay: Duration.Duration
  readonly maxDelay: Duration.Duration
  readonly verify: boolean
  readonly propagateTrace: boolean
  readonly init: RequestInit | undefined
  readonly observer: Telemetry.Observer | undefined
}

/** How much of a body `list` reads, in bytes: 128 MiB, the memory of a Worker. */
const maxListBytes = 134_217_728

/** How much of the body of a refusal is read, in bytes. */
const maxRefusalBytes = 16_384

/** How long the body of a refusal is awaited, at most, in milliseconds. */
const refusalTimeout = 1000

/** The version in `deno.json`; a test holds the two together. */
export const version = "0.1.0"

/** A call: its filter, and what is known of its last attempt. */
interface Call extends Telemetry.Call {
  readonly telemetry: Telemetry.Telemetry
  readonly filter: ListFilter
  count: number | undefined
  status: number | undefined
  requestId: string | undefined
  /** The failure that the status means, if it isn't 200. */
  refusal: (() => ListError) | undefined
}

const headersOf = (credentials: Credentials): Readonly<Record<string, string>> => ({
  accept: "application/json",
  authorization: `Bearer ${Redacted.value(credentials.token)}`,
  ...credentials._tag === "ApiKey" ? {} : { "seam-workspace": credentials.workspaceId },
  "seam-sdk-name": "seam-effect-client-sessions",
  "seam-sdk-version": version
})

const malformed = ({ requestId }: Call) => ({ problems, total }: Malformed, start: string): SeamInvalidResponse =>
  new SeamInvalidResponse({
    message: `The answer is not what the contract says: ${describe(problems, total)}.${hint("body", start)}`,
    status: 200,
    problems,
    total,
    requestId,
    body: Redacted.make(start)
  })

const violation = ({ filter, requestId }: Call, excluded: number, total: number): SeamContractViolation => {
  const filters = ListFilter.names.filter((name) => name in filter)
  return new SeamContractViolation({
    message: `The server did not apply the filter (${
      filters.join(", ")
    }): it excludes ${excluded} of ${total} sessions.`,
    status: 200,
    filters,
    excluded,
    total,
    requestId
  })
}

/**
 * The filter of a call, as it is now: what becomes of the object until the call is run has no say. One that is wrong fails,
 * in the span of the call.
 */
export const filterOf = (
  operation: "list" | "stream",
  input: unknown
): Effect.Effect<ListFilter, SeamInvalidFilter> => {
  const filter = ListFilter.validate(input)
  if (Result.isSuccess(filter)) return Effect.succeed(filter.success)
  const problems = filter.failure
  const message = `Invalid filter: ${describe(problems)}. Nothing was sent.`
  return Effect.fail(new SeamInvalidFilter({ message, problems })).pipe(
    Effect.withSpan(`ClientSessions.${operation}`, {
      kind: "client",
      attributes: { "error.type": "SeamInvalidFilter" }
    }, {
      captureStackTrace: false
    })
  )
}

/** Makes the client's two operations. */
export const make = (settings: Settings): ClientSessionsService => {
  const { client, propagateTrace, timeout } = settings
  const request = HttpClientRequest.post(settings.url, { headers: headersOf(settings.credentials) })
  const credential = Redacted.value(settings.credentials.token)
  const server = settings.url.hostname.replace(/^\[|\]$/g, "")

  const begin = (filter: ListFilter): Effect.Effect<Call> =>
    Effect.map(Telemetry.begin(server, Object.keys(filter), settings.observer), (telemetry) => ({
      telemetry,
      filter,
      attempts: 0,
      failure: undefined,
      count: undefined,
      status: undefined,
      requestId: undefined,
      refusal: undefined
    }))

  /** Reads what there is of the body of a refusal, which is that refusal whatever becomes of its body. */
  const refuse = Effect.fnUntraced(function*(
    call: Call,
    status: number,
    wait: string,
    answer: HttpClientResponse.HttpClientResponse
  ): Effect.fn.Return<never, ListError> {
    const retryAfter = Refusal.retryAfter(wait, yield* Clock.currentTimeMillis)
    const decoder = new TextDecoder()
    let body = ""
    let left = maxRefusalBytes
    const refusal = () => Refusal.toError({ status, requestId: call.requestId, retryAfter, body })
    call.refusal = refusal
    yield* Body.read(answer, (chunk) => {
      body += decoder.decode(chunk.subarray(0, left), { stream: true })
      left -= chunk.length
      return left > 0
    }).pipe(
      Effect.timeoutOrElse({ duration: refusalTimeout, orElse: () => Effect.void }),
      Effect.exit
    )
    return yield* Effect.fail(refusal())
  })

  /** Sends the request. Its status decides, as soon as it is there: any other than 200 is an error. */
  const open = (call: Call): Effect.Effect<HttpClientResponse.HttpClientResponse, ListError> =>
    Effect.suspend(() => {
      call.status = call.requestId = call.refusal = undefined
      const traced = propagateTrace ? HttpClientRequest.setHeaders(request, call.telemetry.traceHeaders()) : request
      // Raw, since `HttpBody.text` takes a length, for a header that `fetch` takes off again, which a short list would feel.
      const body = HttpBody.raw(JSON.stringify(call.filter), { contentType: "application/json" })
      return Request.send(client, HttpClientRequest.setBody(traced, body), settings.init)
    }).pipe(
      Effect.mapError((error) => Connection.ofRequest(error, call)),
      Effect.flatMap((answer) =>
        Effect.suspend((): Effect.Effect<HttpClientResponse.HttpClientResponse, ListError> => {
          // A middleware in plain JavaScript may give anything.
          const { headers, status } = answer
          const header = (name: string): string => Predicate.isString(headers[name]) ? headers[name].trim() : ""
          if (!(Number.isInteger(status) && status >= 100 && status <= 999)) {
            return Effect.fail(Connection.ofMiddleware("no status", call))
          }
          call.status = status
          call.requestId = Refusal.requestId(header("seam-request-id"), [credential, ...Object.values(call.filter)])
          return status === 200 ? Effect.succeed(answer) : refuse(call, status, header("retry-after"), answer)
        }).pipe(Effect.onError(() => Body.release(answer)))
      )
    )

  /**
   * Fails when the effect takes longer than the time limit, and when a middleware in it throws, dies or interrupts itself.
   * (With the time limit the effect runs in a fiber of its own. So even what is no effect at all ends only that one.)
   */
  const guarded = (call: Call) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | ListError, R> =>
    Effect.timeoutOrElse(effect, {
      duration: timeout,
      orElse: () =>
        Effect.fail(
          call.refusal?.() ?? new SeamTimedOut({
            message: `Seam took longer than ${Duration.toSeconds(timeout)} s: try again, or raise the timeout.`,
            limit: timeout,
            status: call.status,
            requestId: call.requestId
          })
        )
    }).pipe(
      Effect.catchCause((cause) =>
        Cause.hasFails(cause) && !Cause.hasDies(cause)
          ? Effect.failCause(cause)
          : Effect.fail(Connection.ofMiddleware(Cause.squash(cause), call))
      )
    )

  const maxDelay = Duration.toMillis(settings.maxDelay)

  /** What the server asks to wait, in milliseconds. */
  const retryAfterOf = (error: ListError): number =>
    "retryAfter" in error && error.retryAfter !== undefined ? Duration.toMillis(error.retryAfter) : 0

  /** Makes attempts until one succeeds, fails for good, or is the last. */
  const retrying = <A>(call: Call, once: Effect.Effect<A, ListError>): Effect.Effect<A, ListError> => {
    const attempt = call.telemetry.attempt(call, once)
    // A schedule costs time that a call which succeeds at once would feel. So it is made after the first attempt, and begins
    // with the failure of that.
    return Effect.catch(attempt, (failure) => {
      let next: Effect.Effect<A, ListError> = Effect.fail(failure)
      return Effect.retryOrElse(
        Effect.suspend(() => {
          const now = next
          next = attempt
          return now
        }),
        Schedule.exponential(settings.baseDelay).pipe(
          Schedule.while(({ attempt, input }: Schedule.Metadata<Duration.Duration, ListError>) =>
            attempt < settings.attempts && input.isRetryable && retryAfterOf(input) <= maxDelay
          ),
          Schedule.modifyDelay(({ duration, input }) =>
            Effect.flatMap(Random.next, (random) => {
              // Clients that failed together don't come back together, nor before the server's time.
              const backoff = Math.min(Duration.toMillis(duration) * (1 - random / 2), maxDelay)
              const delay = Math.max(backoff, retryAfterOf(input))
              return Effect.as(call.telemetry.retry(call, delay), delay)
            })
          )
        ),
        Effect.fail
      )
    })
  }

  const isExcluded = ({ filter }: Call) => (session: ClientSession): boolean =>
    settings.verify && !ListFilter.matches(filter, session)

  const listOnce = (call: Call): Effect.Effect<ReadonlyArray<ClientSession>, ListError> =>
    open(call).pipe(
      Effect.flatMap((answer) => {
        const reader = makeBytesReader({ problems: maxCounted, bytes: maxListBytes, isWhole: true })
        return Body.read(answer, reader.read).pipe(
          Effect.as(reader),
          Effect.mapError((error) => Connection.ofBody(error, call))
        )
      }),
      guarded(call),
      Effect.flatMap((reader): Effect.Effect<ReadonlyArray<ClientSession>, ListError> => {
        reader.read()
        const problems = reader.malformed()
        if (problems !== undefined) return Effect.fail(malformed(call)(problems, reader.start()))
        const sessions = reader.takeSessions()
        const excluded = sessions.filter(isExcluded(call)).length
        if (excluded > 0) return Effect.fail(violation(call, excluded, sessions.length))
        call.count = sessions.length
        return Effect.succeed(sessions)
      })
    )

  /** Passes sessions on until one that the filter excludes. */
  const verified = <E>(
    call: Call,
    sessions: Stream.Stream<ClientSession, E>
  ): Stream.Stream<ClientSession, E | SeamContractViolation> =>
    Stream.transformPull(sessions, (pull) =>
      Effect.sync(() => {
        type Arrived = Arr.NonEmptyReadonlyArray<ClientSession>
        let total = 0
        let failed: SeamContractViolation | undefined
        const check = (arrived: Arrived): Effect.Effect<Arrived, SeamContractViolation> => {
          const at = arrived.findIndex(isExcluded(call))
          total += at < 0 ? arrived.length : at + 1
          if (at < 0) {
            call.count = total
            return Effect.succeed(arrived)
          }
          call.count = total - 1
          failed = violation(call, 1, total)
          const passed = arrived.slice(0, at)
          return Arr.isReadonlyArrayNonEmpty(passed) ? Effect.succeed(passed) : Effect.fail(failed)
        }
        return Effect.suspend((): Pull.Pull<Arrived, E | SeamContractViolation> =>
          failed === undefined ? Effect.flatMap(pull, check) : Effect.fail(failed)
        )
      }))

  const streamOnce = (call: Call): Effect.Effect<Stream.Stream<ClientSession, ListError>, ListError> =>
    Effect.map(guarded(call)(open(call)), (answer) => {
      call.count = 0
      const body = Body.stream(answer).pipe(
        Stream.mapError((error): ListError => Connection.ofBody(error, call)),
        Stream.catchDefect((defect) => Stream.fail(Connection.ofMiddleware(defect, call)))
      )
      const pieces = Stream.transformPull(body, (pull) => Effect.succeed(guarded(call)(pull)))
      return verified(call, decodeStream(pieces, malformed(call)))
    })

  return {
    list: (input = {}) =>
      Effect.flatMap(
        filterOf("list", input),
        (filter) =>
          Effect.flatMap(begin(filter), (call) =>
            Effect.onExit(retrying(call, listOnce(call)), (exit) => call.telemetry.end(call, exit))).pipe(
              Effect.withSpan("ClientSessions.list", { kind: "client" }, { captureStackTrace: false })
            )
      ),
    stream: (input = {}) =>
      Stream.unwrap(Effect.map(filterOf("stream", input), (filter) =>
        begin(filter).pipe(
          Effect.map((call) =>
            Stream.unwrap(retrying(call, streamOnce(call))).pipe(
              // Its reader may end it in a failure, too, which is none of ours.
              Stream.mapError((error) => (call.failure = error)),
              Stream.onExit((exit) => call.telemetry.end(call, exit))
            )
          ),
          Stream.unwrap,
          Stream.withSpan("ClientSessions.stream", { kind: "client", captureStackTrace: false })
        )))
  }
}
