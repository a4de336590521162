/**
 * The operation itself: filter, request, answer, sessions.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ClientSession } from "../ClientSession.ts"
import type { Credentials } from "../Credentials.ts"
import {
  ConnectionFailed,
  ContractViolation,
  InvalidFilter,
  InvalidResponse,
  type ListError,
  TimedOut
} from "../ListError.ts"
import { ListFilter } from "../ListFilter.ts"
import { decodeBody, type Malformed } from "./decode.ts"
import * as Http from "./http.ts"
import { describe } from "./problems.ts"
import { excerpt } from "./redact.ts"
import * as Refusal from "./refusal.ts"

/** What the client is made of; checked before it comes here. */
export interface Settings {
  readonly client: HttpClient
  readonly credentials: Credentials
  readonly url: string
  readonly timeout: Duration.Duration
  readonly attempts: number
  readonly baseDelay: Duration.Duration
  readonly maxDelay: Duration.Duration
  readonly verify: boolean
  readonly propagateTrace: boolean
}

/** How much of a body `list` reads, in bytes: 128 MiB, the memory of a Worker. */
export const maxBodyBytes = 134_217_728

/** The version in `deno.json`; a test holds the two together. */
export const version = "0.1.0"

/** One attempt, and what is known of its answer so far. */
interface Attempt {
  readonly filter: ListFilter
  readonly secrets: ReadonlyArray<string>
  requestId: string | undefined
}

const headersOf = (credentials: Credentials): Readonly<Record<string, string>> => ({
  accept: "application/json",
  authorization: `Bearer ${Redacted.value(credentials.token)}`,
  ...credentials._tag === "ApiKey" ? {} : { "seam-workspace": credentials.workspaceId },
  "seam-sdk-name": "seam-effect-client-sessions",
  "seam-sdk-version": version
})

const malformed = ({ problems, total }: Malformed, requestId: string | undefined): InvalidResponse =>
  new InvalidResponse({
    message: `The answer is not what the contract says: ${describe(problems, total)}.`,
    problems,
    total,
    requestId
  })

const notText: Malformed = { problems: [{ path: "", expected: "UTF-8 text" }], total: 1 }
const tooLong: Malformed = { problems: [{ path: "", expected: `at most ${maxBodyBytes} bytes` }], total: 1 }

const connectionFailed = (attempt: Attempt) => (broken: Http.Broken): ConnectionFailed => {
  const detail = excerpt(broken.detail, 256, attempt.secrets)
  return new ConnectionFailed({
    message: `The connection to Seam failed (${detail}): check the network and the endpoint.`,
    detail,
    requestId: attempt.requestId
  })
}

/** The bytes of a body up to the limit, as text; `undefined` where they aren't UTF-8. */
const readText = (
  body: Stream.Stream<Uint8Array, Http.Broken>,
  limit: number,
  fatal: boolean
): Effect.Effect<{ readonly text: string | undefined; readonly cut: boolean }, Http.Broken> =>
  Effect.suspend(() => {
    const decoder = new TextDecoder("utf-8", { fatal })
    const decode = (chunk?: Uint8Array): string | undefined =>
      Result.getOrUndefined(Result.try({
        try: () => decoder.decode(chunk, { stream: chunk !== undefined }),
        catch: () => undefined
      }))
    let text: string | undefined = ""
    let bytes = 0
    const add = (piece: string | undefined): void => {
      text = text === undefined || piece === undefined ? undefined : text + piece
    }
    return Stream.runForEachWhile(body, (chunk) =>
      Effect.sync(() => {
        add(decode(bytes + chunk.length > limit ? chunk.subarray(0, limit - bytes) : chunk))
        bytes += chunk.length
        return bytes <= limit && text !== undefined
      })).pipe(
        Effect.map(() => {
          const cut = bytes > limit
          if (!cut) add(decode())
          return { text, cut }
        })
      )
  })

const isPassing = (error: ListError): boolean => {
  switch (error._tag) {
    case "ConnectionFailed":
    case "RateLimited":
      return true
    case "ServerError":
      return error.status === 500 || (error.status >= 502 && error.status <= 504)
    case "UnexpectedStatus":
      return error.status === 408
    default:
      return false
  }
}

/** The client's two operations. */
export const make = (settings: Settings): {
  readonly list: (input?: ListFilter) => Effect.Effect<ReadonlyArray<ClientSession>, ListError>
} => {
  const headers = headersOf(settings.credentials)
  const credential = Redacted.value(settings.credentials.token)

  const begin = (input: unknown): Effect.Effect<Attempt, InvalidFilter> => {
    const filter = ListFilter.validate(input)
    if (Result.isFailure(filter)) {
      const problems = filter.failure
      return Effect.fail(
        new InvalidFilter({ message: `Invalid filter: ${describe(problems)}. Nothing was sent.`, problems })
      )
    }
    const key = filter.success.user_identifier_key
    const secrets = key === undefined ? [credential] : [credential, key]
    return Effect.as(
      Effect.annotateCurrentSpan("seam.filters", Object.keys(filter.success)),
      { filter: filter.success, secrets, requestId: undefined }
    )
  }

  /** Sends the request; an answer other than 200 is an error. */
  const open = (attempt: Attempt): Effect.Effect<Http.Answer, ListError, Scope.Scope> =>
    Effect.gen(function*() {
      const { propagateTrace, url } = settings
      const body = JSON.stringify(attempt.filter)
      const answer = yield* Http.send(settings.client, { url, headers, body, propagateTrace }).pipe(
        Effect.mapError(connectionFailed(attempt))
      )
      const requestId = Refusal.readableId(answer.header("seam-request-id"), attempt.secrets)
      attempt.requestId = requestId
      yield* Effect.annotateCurrentSpan({
        "http.response.status_code": answer.status,
        ...requestId === undefined ? {} : { "seam.request_id": requestId }
      })
      if (answer.status === 200) return answer
      const retryAfter = Http.retryAfter(answer.header("retry-after"), yield* Clock.currentTimeMillis)
      const { cut, text = "" } = yield* readText(answer.body, Refusal.maxRefusalBytes, false).pipe(
        // The status says enough: a refusal whose body breaks off is still that refusal.
        Effect.orElseSucceed(() => ({ text: "", cut: false }))
      )
      const { secrets } = attempt
      return yield* Effect.fail(
        Refusal.toError({ status: answer.status, requestId, retryAfter, text, cut, secrets })
      )
    })

  const timedOut = (attempt: Attempt): Effect.Effect<never, TimedOut> =>
    Effect.fail(
      new TimedOut({
        message: `Seam did not answer within ${Duration.format(settings.timeout)}: try again, or raise the timeout.`,
        limit: settings.timeout,
        requestId: attempt.requestId
      })
    )

  const delay = (error: ListError, attempt: number): Effect.Effect<Duration.Duration> => {
    const asked = "retryAfter" in error ? error.retryAfter : undefined
    return Effect.map(Random.next, (random) =>
      Duration.min(
        asked ?? Duration.times(settings.baseDelay, 2 ** (attempt - 1) * (1 - random / 2)),
        settings.maxDelay
      ))
  }

  const retrying = <A>(
    once: Effect.Effect<A, ListError>,
    attempt = 1
  ): Effect.Effect<A, ListError> =>
    Effect.catch(once, (error) =>
      attempt >= settings.attempts || !isPassing(error)
        ? Effect.fail(error)
        : delay(error, attempt).pipe(
          Effect.flatMap(Effect.sleep),
          Effect.flatMap(() => retrying(once, attempt + 1))
        ))

  const verify = (attempt: Attempt, sessions: ReadonlyArray<ClientSession>): Effect.Effect<void, ContractViolation> => {
    const excluded = settings.verify
      ? sessions.filter((session) => !ListFilter.matches(attempt.filter, session)).length
      : 0
    if (excluded === 0) return Effect.void
    const filters = ListFilter.names.filter((name) => name in attempt.filter)
    return Effect.fail(
      new ContractViolation({
        message:
          `The answer holds ${excluded} of ${sessions.length} sessions that the filter (${filters.join(", ")}) ` +
          "excludes: none of it was returned, since the server did not apply the filter.",
        filters,
        excluded,
        total: sessions.length,
        requestId: attempt.requestId
      })
    )
  }

  const decoded = (
    attempt: Attempt,
    { cut, text }: Effect.Success<ReturnType<typeof readText>>
  ): Effect.Effect<ReadonlyArray<ClientSession>, InvalidResponse> => {
    if (cut) return Effect.fail(malformed(tooLong, attempt.requestId))
    if (text === undefined) return Effect.fail(malformed(notText, attempt.requestId))
    const sessions = decodeBody(text)
    return Result.isSuccess(sessions)
      ? Effect.succeed(sessions.success)
      : Effect.fail(malformed(sessions.failure, attempt.requestId))
  }

  const listOnce = (attempt: Attempt): Effect.Effect<ReadonlyArray<ClientSession>, ListError> =>
    Effect.gen(function*() {
      const answer = yield* open(attempt)
      return yield* Effect.mapError(readText(answer.body, maxBodyBytes, true), connectionFailed(attempt))
    }).pipe(
      Effect.scoped,
      Effect.flatMap((body) => decoded(attempt, body)),
      Effect.tap((sessions) => verify(attempt, sessions)),
      Effect.timeoutOrElse({ duration: settings.timeout, orElse: () => timedOut(attempt) })
    )

  const list = (input: ListFilter = {}): Effect.Effect<ReadonlyArray<ClientSession>, ListError> =>
    Effect.suspend(() => begin(input)).pipe(
      Effect.flatMap((begun) => retrying(Effect.suspend(() => listOnce({ ...begun })))),
      Effect.tap((sessions) => Effect.annotateCurrentSpan("seam.client_sessions.count", sessions.length)),
      Effect.withSpan("ClientSessions.list", { kind: "client" }, { captureStackTrace: false })
    )

  return { list }
}
