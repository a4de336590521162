import type * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import type * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import type * as RateLimiter from "effect/persistence/RateLimiter"
import type * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import {
  type ClientSession,
  type ClientSessionEncoded,
  type ClientSessionFields,
  ClientSessions,
  type ClientSessionsOptions,
  type ClientSessionsService,
  type ListError,
  type ListFilter,
  type SeamBadRequest,
  type SeamConfigurationError,
  type SeamConnectionFailed,
  type SeamConnectionFailedReason,
  type SeamContractViolation,
  type SeamErrorType,
  type SeamInvalidFilter,
  type SeamInvalidResponse,
  type SeamProblem,
  type SeamRateLimited,
  type SeamServerError,
  type SeamTimedOut,
  type SeamUnauthorized,
  type SeamUnexpectedStatus
} from "../mod.ts"
import type * as Metrics from "./metrics.ts"

// The compiler checks what stands here: a test passes if it compiles.

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const holds = <_ extends true>(): void => {}

/** An error's own fields, by their types. */
type Fields<E extends Cause.YieldableError> = {
  [Name in Exclude<keyof E, keyof Cause.YieldableError> | "message"]: E[Name]
}

interface Said {
  message: string
  isRetryable: boolean
}

interface Refused extends Said {
  requestId: string | undefined
  type: SeamErrorType | undefined
  serverMessage: Redacted.Redacted<string> | undefined
  body: Redacted.Redacted<string>
}

interface Passing extends Refused {
  retryAfter: Duration.Duration | undefined
}

interface Unanswered extends Said {
  status: number | undefined
  requestId: string | undefined
}

type Same<A, B> = Equal<{ [Name in keyof A]: A[Name] }, { [Name in keyof B]: B[Name] }>
type Mutable<A> = { -readonly [Name in keyof A]: A[Name] }
type HasFields<E extends Cause.YieldableError, F> = Same<Mutable<Fields<E>>, F>

Deno.test("ClientSession is a struct of its fields, and of the type that it shows", () => {
  holds<Same<typeof ClientSession.Type, ClientSession>>()
  holds<Same<typeof ClientSession.Encoded, ClientSessionEncoded>>()
  holds<Equal<typeof ClientSession, Schema.Struct<ClientSessionFields>>>()
  holds<Equal<typeof ClientSession["fields"]["created_at"], Schema.decodeTo<Schema.DateTimeUtc, Schema.String>>>()
  holds<Equal<ClientSessionEncoded["user_identity_ids"], ReadonlyArray<string> | null | undefined>>()
})

Deno.test("list() and stream() have the types that the design promises", () => {
  holds<
    Equal<
      typeof ClientSessions.list,
      (filter?: ListFilter) => Effect.Effect<ReadonlyArray<ClientSession>, ListError, ClientSessions>
    >
  >()
  holds<
    Equal<
      typeof ClientSessions.stream,
      (filter?: ListFilter) => Stream.Stream<ClientSession, ListError, ClientSessions>
    >
  >()
  holds<Equal<Context.Service.Shape<typeof ClientSessions>, ClientSessionsService>>()
  holds<Equal<Effect.Success<ReturnType<typeof ClientSessions.list>>, ReadonlyArray<ClientSession>>>()
})

Deno.test("make() and the layers have the types that the design promises", () => {
  type Built = Layer.Layer<ClientSessions, SeamConfigurationError, HttpClient.HttpClient>
  holds<
    Equal<
      typeof ClientSessions.make,
      (
        options: ClientSessionsOptions
      ) => Effect.Effect<ClientSessionsService, SeamConfigurationError, HttpClient.HttpClient>
    >
  >()
  holds<Equal<typeof ClientSessions.layer, (options: ClientSessionsOptions) => Built>>()
  holds<Equal<typeof ClientSessions.layerConfig, (options?: Partial<ClientSessionsOptions>) => Built>>()
  holds<
    Equal<
      typeof ClientSessions.layerFetch,
      (options?: Partial<ClientSessionsOptions>) => Layer.Layer<ClientSessions, SeamConfigurationError>
    >
  >()
  holds<Equal<typeof Metrics.layer, Layer.Layer<never>>>()
})

Deno.test("ListError has the ten failures, each with the fields that the design promises", () => {
  holds<
    Equal<
      ListError["_tag"],
      | "SeamInvalidFilter"
      | "SeamBadRequest"
      | "SeamUnauthorized"
      | "SeamRateLimited"
      | "SeamServerError"
      | "SeamUnexpectedStatus"
      | "SeamInvalidResponse"
      | "SeamContractViolation"
      | "SeamConnectionFailed"
      | "SeamTimedOut"
    >
  >()
  type Tagged<Tag extends string, F> = F & { _tag: Tag }
  holds<HasFields<SeamInvalidFilter, Tagged<"SeamInvalidFilter", Said & { problems: ReadonlyArray<SeamProblem> }>>>()
  holds<
    HasFields<SeamBadRequest, Tagged<"SeamBadRequest", Refused & { status: 400; problems: ReadonlyArray<SeamProblem> }>>
  >()
  holds<HasFields<SeamUnauthorized, Tagged<"SeamUnauthorized", Refused & { status: 401 }>>>()
  holds<HasFields<SeamRateLimited, Tagged<"SeamRateLimited", Passing & { status: 429 }>>>()
  holds<HasFields<SeamServerError, Tagged<"SeamServerError", Passing & { status: number }>>>()
  holds<HasFields<SeamUnexpectedStatus, Tagged<"SeamUnexpectedStatus", Passing & { status: number }>>>()
  holds<
    HasFields<
      SeamInvalidResponse,
      Tagged<
        "SeamInvalidResponse",
        Said & {
          status: 200
          requestId: string | undefined
          problems: ReadonlyArray<SeamProblem>
          total: number
          body: Redacted.Redacted<string>
        }
      >
    >
  >()
  holds<
    HasFields<
      SeamContractViolation,
      Tagged<
        "SeamContractViolation",
        Said & {
          status: 200
          requestId: string | undefined
          filters: ReadonlyArray<keyof ListFilter>
          excluded: number
          total: number
        }
      >
    >
  >()
  holds<
    HasFields<
      SeamConnectionFailed,
      Tagged<
        "SeamConnectionFailed",
        Unanswered & { reason: SeamConnectionFailedReason; detail: Redacted.Redacted<string> }
      >
    >
  >()
  holds<HasFields<SeamTimedOut, Tagged<"SeamTimedOut", Unanswered & { limit: Duration.Duration }>>>()
  holds<
    Equal<SeamConnectionFailedReason, "refused" | "dns" | "tls" | "reset" | "body" | "middleware" | "unknown">
  >()
})

Deno.test("catchTag() leaves the other failures in the error channel", () => {
  const caught = ClientSessions.list().pipe(Effect.catchTag("SeamUnauthorized", () => Effect.succeed([])))
  holds<Equal<Effect.Error<typeof caught>, Exclude<ListError, SeamUnauthorized>>>()
})

Deno.test("ListFilter takes null for the two filters that may have it, and for no other", () => {
  holds<
    Equal<
      ListFilter,
      {
        readonly client_session_id?: string
        readonly connect_webview_id?: string | null
        readonly user_identifier_key?: string
        readonly user_identity_id?: string | null
        readonly without_user_identifier_key?: boolean
      }
    >
  >()
})

Deno.test("transformClient takes Effect's rate limiter, its circuit breaker and its own combinators unchanged", () => {
  type Transform = NonNullable<ClientSessionsOptions["transformClient"]>
  const _transforms = (
    limiter: RateLimiter.RateLimiter,
    breaker: CircuitBreaker.CircuitBreaker
  ): ReadonlyArray<Transform> => [
    HttpClient.withRateLimiter({ limiter, limit: 10, window: "1 second", key: "seam" }),
    HttpClient.withCircuitBreaker({ breaker }),
    HttpClient.filterStatusOk,
    HttpClient.retryTransient({ times: 2 }),
    (client) => client.pipe(HttpClient.tap((response) => response.text), HttpClient.filterStatusOk),
    (client) => client
  ]
})
