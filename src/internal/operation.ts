/**
 * The operation itself: filter, request, answer, sessions.
 *
 * @module
 */
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import type * as Pull from "effect/Pull"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
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
import { type Malformed, maxCounted } from "./decode.ts"
import { makeBytesReader } from "./decodeBytes.ts"
import { decodeStream } from "./decodeStream.ts"
import * as Http from "./http.ts"
import { describe } from "./problems.ts"
import { redact } from "./redact.ts"
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
export const maxListBytes = 134_217_728

/** How much of the body of a refusal is read, in bytes. */
export const maxRefusalBytes = 16_384

/** The version in `deno.json`; a test holds the two together. */
export const version = "0.1.0"

/** One attempt, and what is known of its answer so far. */
interface Attempt {
  readonly filter: ListFilter
  requestId: string | undefined
}

const headersOf = (credentials: Credentials): Readonly<Record<string, string>> => ({
  accept: "application/json",
  authorization: `Bearer ${Redacted.value(credentials.token)}`,
  ...credentials._tag === "ApiKey" ? {} : { "seam-workspace": credentials.workspaceId },
  "seam-sdk-name": "seam-effect-client-sessions",
  "seam-sdk-version": version
})

const malformed = (attempt: Attempt) => ({ problems, total }: Malformed): InvalidResponse =>
  new InvalidResponse({
    message: `The answer is not what the contract says: ${describe(problems, total)}.`,
    problems,
    total,
    requestId: attempt.requestId
  })

const violation = ({ filter, requestId }: Attempt, excluded: number, total: number): ContractViolation => {
  const filters = ListFilter.names.filter((name) => name in filter)
  return new ContractViolation({
    message:
      `The server did not apply the filter (${filters.join(", ")}): it excludes ${excluded} of ${total} sessions ` +
      "in the answer, which were not passed on.",
    filters,
    excluded,
    total,
    requestId
  })
}

/** The first bytes of a body as text. */
const readStart = <E>({ read }: Http.Answer<E>): Effect.Effect<{ text: string; cut: boolean }, E> =>
  Effect.suspend(() => {
    const decoder = new TextDecoder()
    const start = { text: "", cut: false }
    let left = maxRefusalBytes
    return Effect.as(
      read((chunk) => {
        start.text += decoder.decode(chunk.subarray(0, left), { stream: true })
        left -= chunk.length
        start.cut = left < 0
        return !start.cut
      }),
      start
    )
  })

const isPassing = (error: ListError): boolean =>
  error._tag === "ConnectionFailed" || error._tag === "RateLimited" ||
  ("status" in error && [408, 500, 502, 503, 504].includes(error.status))

/** The client's two operations. */
export interface Operations {
  readonly list: (input?: ListFilter) => Effect.Effect<ReadonlyArray<ClientSession>, ListError>
  readonly stream: (input?: ListFilter) => Stream.Stream<ClientSession, ListError>
}

/** Makes the client's two operations. */
export const make = (settings: Settings): Operations => {
  const headers = headersOf(settings.credentials)
  const credential = Redacted.value(settings.credentials.token)

  const cleaner = ({ user_identifier_key: key = "" }: ListFilter): Refusal.Refusal["clean"] => (text, limit) =>
    redact(text, limit, [credential, key])

  // Not all secrets: the key of a user may be a letter, and part of any name.
  const naming = ({ user_identifier_key: key }: ListFilter): Refusal.Refusal["isName"] => (text) =>
    /^[A-Za-z]\w{0,63}$/.test(text) && text !== key && redact(text, 64, [credential]) === text

  const begin = (input: unknown): Effect.Effect<ListFilter, InvalidFilter> => {
    const filter = ListFilter.validate(input)
    if (Result.isSuccess(filter)) {
      return Effect.as(Effect.annotateCurrentSpan("seam.filters", Object.keys(filter.success)), filter.success)
    }
    const problems = filter.failure
    return Effect.fail(
      new InvalidFilter({ message: `Invalid filter: ${describe(problems)}. Nothing was sent.`, problems })
    )
  }

  /** Sends the request; an answer other than 200 is an error. */
  const open = (attempt: Attempt): Effect.Effect<Http.Answer<ConnectionFailed>, ListError> =>
    Effect.gen(function*() {
      const { propagateTrace, url } = settings
      const clean = cleaner(attempt.filter)
      const body = JSON.stringify(attempt.filter)
      const answer = yield* Http.send(settings.client, { url, headers, body, propagateTrace }, (text) => {
        const detail = clean(text, 256)
        return new ConnectionFailed({
          message: `The connection to Seam failed (${detail}): check the network and the endpoint.`,
          detail,
          requestId: attempt.requestId
        })
      })
      const { status } = answer
      const id = answer.header("seam-request-id")
      const requestId = id === undefined ? undefined : clean(id.replace(/[^\x20-\x7e]/g, ""), 128) || undefined
      attempt.requestId = requestId
      yield* Effect.annotateCurrentSpan({
        "http.response.status_code": status,
        ...requestId === undefined ? {} : { "seam.request_id": requestId }
      })
      if (status === 200) return answer
      const retryAfter = Http.retryAfter(answer.header("retry-after"), yield* Clock.currentTimeMillis)
      // The status says enough: a refusal whose body breaks off is still that refusal.
      const read = yield* Effect.orElseSucceed(readStart(answer), () => ({ text: "", cut: false }))
      return yield* Effect.fail(
        Refusal.toError({ status, requestId, retryAfter, ...read, clean, isName: naming(attempt.filter) })
      )
    })

  /** Fails when the effect takes longer than the time limit. */
  const timed = (attempt: Attempt) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | TimedOut, R> =>
    Effect.timeoutOrElse(effect, {
      duration: settings.timeout,
      orElse: () =>
        Effect.fail(
          new TimedOut({
            message: `Seam took longer than ${
              Duration.toSeconds(settings.timeout)
            } s: try again, or raise the timeout.`,
            limit: settings.timeout,
            requestId: attempt.requestId
          })
        )
    })

  const delay = (error: ListError, attempt: number): Effect.Effect<Duration.Duration> =>
    Effect.map(Random.next, (random) =>
      Duration.min(
        ("retryAfter" in error ? error.retryAfter : undefined) ??
          Duration.times(settings.baseDelay, 2 ** (attempt - 1) * (1 - random / 2)),
        settings.maxDelay
      ))

  /** Makes attempts until one succeeds, fails for good, or is the last. */
  const retrying = <A>(
    filter: ListFilter,
    once: (attempt: Attempt) => Effect.Effect<A, ListError>,
    count = 1
  ): Effect.Effect<A, ListError> =>
    Effect.catch(
      Effect.suspend(() => once({ filter, requestId: undefined })),
      (error) =>
        count >= settings.attempts || !isPassing(error)
          ? Effect.fail(error)
          : delay(error, count).pipe(
            Effect.flatMap(Effect.sleep),
            Effect.flatMap(() => retrying(filter, once, count + 1))
          )
    )

  const isExcluded = ({ filter }: Attempt) => (session: ClientSession): boolean =>
    settings.verify && !ListFilter.matches(filter, session)

  const counted = (count: number): Effect.Effect<void> =>
    Effect.annotateCurrentSpan("seam.client_sessions.count", count)

  const listOnce = (attempt: Attempt): Effect.Effect<ReadonlyArray<ClientSession>, ListError> =>
    open(attempt).pipe(
      Effect.flatMap(({ read }) => {
        const reader = makeBytesReader({ problems: maxCounted, bytes: maxListBytes, isWhole: true })
        return Effect.as(read(reader.read), reader)
      }),
      timed(attempt),
      Effect.flatMap((reader): Effect.Effect<ReadonlyArray<ClientSession>, InvalidResponse | ContractViolation> => {
        reader.read()
        const problems = reader.malformed()
        if (problems !== undefined) return Effect.fail(malformed(attempt)(problems))
        const sessions = reader.takeSessions()
        const excluded = sessions.filter(isExcluded(attempt)).length
        return excluded === 0
          ? Effect.as(counted(sessions.length), sessions)
          : Effect.fail(violation(attempt, excluded, sessions.length))
      })
    )

  /** The sessions up to the first that the filter excludes. */
  const verified = <E>(
    attempt: Attempt,
    sessions: Stream.Stream<ClientSession, E>
  ): Stream.Stream<ClientSession, E | ContractViolation> =>
    Stream.transformPull(sessions, (pull) =>
      Effect.sync(() => {
        type Arrived = Arr.NonEmptyReadonlyArray<ClientSession>
        let total = 0
        let failed: ContractViolation | undefined
        const check = (arrived: Arrived): Effect.Effect<Arrived, ContractViolation> => {
          const at = arrived.findIndex(isExcluded(attempt))
          total += at < 0 ? arrived.length : at + 1
          if (at < 0) return Effect.as(counted(total), arrived)
          failed = violation(attempt, 1, total)
          const passed = arrived.slice(0, at)
          return Arr.isReadonlyArrayNonEmpty(passed) ? Effect.succeed(passed) : Effect.fail(failed)
        }
        return Effect.suspend((): Pull.Pull<Arrived, E | ContractViolation> =>
          failed === undefined ? Effect.flatMap(pull, check) : Effect.fail(failed)
        )
      }))

  const streamOnce = (
    attempt: Attempt
  ): Effect.Effect<Stream.Stream<ClientSession, ListError>, ListError> =>
    Effect.map(Effect.tap(timed(attempt)(open(attempt)), () => counted(0)), ({ body }) => {
      const pieces = Stream.transformPull(body, (pull) => Effect.succeed(timed(attempt)(pull)))
      return verified(attempt, decodeStream(pieces, malformed(attempt)))
    })

  return {
    list: (input = {}) =>
      Effect.suspend(() => begin(input)).pipe(
        Effect.flatMap((filter) => retrying(filter, listOnce)),
        Effect.withSpan("ClientSessions.list", { kind: "client" }, { captureStackTrace: false })
      ),
    stream: (input = {}) =>
      Effect.suspend(() => begin(input)).pipe(
        Effect.flatMap((filter) => retrying(filter, streamOnce)),
        Stream.unwrap,
        Stream.withSpan("ClientSessions.stream", { kind: "client", captureStackTrace: false })
      )
  }
}
