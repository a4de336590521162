/**
 * The service: lists client sessions, at once or as a stream, and the layers that make it.
 *
 * ```ts
 * import { ClientSessions } from "@seam-effect/client-sessions"
 * import * as Effect from "effect/Effect"
 *
 * const program = ClientSessions.list({ user_identifier_key: "jane_doe" }).pipe(
 *   Effect.catchTag("SeamUnauthorized", (error) => Effect.logError(error.message)),
 *   Effect.provide(ClientSessions.layerFetch())
 * )
 * ```
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as Environment from "./client/environment.ts"
import * as Operation from "./client/operation.ts"
import { Observer } from "./client/telemetry.ts"
import type { ClientSession } from "./ClientSession.ts"
import { refuse, type SeamConfigurationError } from "./ConfigurationError.ts"
import { Credentials } from "./Credentials.ts"
import { isLoopback } from "./internal/loopback.ts"
import type { ListError } from "./ListError.ts"
import type { ListFilter } from "./ListFilter.ts"

/** When an attempt that failed for a passing reason is made again. An option that is `undefined` is left out. */
export interface ClientSessionsRetryOptions {
  /** How many attempts to make in all, from 1 to 10. Default: 3. */
  readonly attempts?: number | undefined
  /**
   * The wait after the first attempt, finite and longer than 0; each further one is twice as long. Up to half of each is
   * taken off by chance. Default: 250 ms.
   */
  readonly baseDelay?: Duration.Input | undefined
  /**
   * No wait is longer; finite and longer than 0. A failure whose `Retry-After` asks for more is final at once.
   * Default: 30 s.
   */
  readonly maxDelay?: Duration.Input | undefined
}

/** How to make the client. An option that is `undefined` is left out. */
export interface ClientSessionsOptions {
  /** The credentials, or the effect that makes them, as `Credentials.ApiKey(key)` is. */
  readonly credentials: Credentials | Effect.Effect<Credentials, SeamConfigurationError>
  /**
   * Where the API is: `https`, or `http` on a loopback address. A path in it is kept.
   * Default: `https://connect.getseam.com`.
   *
   * Where `HTTP_PROXY` is set, Deno's `fetch` sends `http` requests through that proxy, in clear and to a loopback address
   * too: set `NO_PROXY=localhost,127.0.0.1` beside it.
   */
  readonly endpoint?: string | URL | undefined
  /**
   * The time limit of an attempt, its body included; finite and longer than 0. For a stream, whose reader may take its
   * time: the limit until the answer begins, and then until each further piece of it arrives. Of a refusal, the body is
   * awaited for a second at most. Default: 30 s.
   */
  readonly timeout?: Duration.Input | undefined
  /**
   * Repeats 408, 429, 500, 502, 503, 504 and connections that failed, but for TLS and middleware. A stream is retried
   * until its answer begins, never after that. `{ attempts: 1 }` turns it off.
   */
  readonly retry?: ClientSessionsRetryOptions | undefined
  /** Whether a session in the answer that the filter excludes is a `SeamContractViolation`. Default: `true`. */
  readonly verify?: boolean | undefined
  /** Whether the current span's trace headers (`traceparent`, `b3`) go to the vendor. Default: `false`. */
  readonly propagateTrace?: boolean | undefined
  /**
   * Puts something between the client and the network: a rate limiter, a circuit breaker, a proxy. Each attempt passes
   * through it, and the time it takes counts towards `timeout`. An error that it adds is a `SeamConnectionFailed` with the
   * reason `middleware`, and not retried. Default: nothing.
   *
   * The body of a request is an `HttpBody.Raw`, JSON in a string. Of a response, it may read the body before the client
   * does, as a whole (`text`, `json`, `arrayBuffer`). A cache has to, before it keeps the response: what has been read as a
   * `stream` is gone.
   *
   * `HttpClient.withRateLimiter` makes a request again by itself that ended in a 429. With `times: 0` it leaves that to the
   * client:
   *
   * ```ts ignore
   * transformClient: HttpClient.withRateLimiter({ limiter, key: "seam", limit: 10, window: "1 second", times: 0 })
   * ```
   */
  readonly transformClient?:
    | ((client: HttpClient.HttpClient) => {
      readonly execute: (
        request: HttpClientRequest.HttpClientRequest
      ) => Effect.Effect<HttpClientResponse.HttpClientResponse, unknown>
    })
    | undefined
}

/** What the client can do: the service behind {@link ClientSessions}. */
export interface ClientSessionsService {
  /** See `ClientSessions.list`. */
  readonly list: (filter?: ListFilter) => Effect.Effect<ReadonlyArray<ClientSession>, ListError>
  /** See `ClientSessions.stream`. */
  readonly stream: (filter?: ListFilter) => Stream.Stream<ClientSession, ListError>
}

const urlOf = (endpoint: unknown): Effect.Effect<URL, SeamConfigurationError> => {
  const url = typeof endpoint === "string" || endpoint instanceof URL ? URL.parse(endpoint) : null
  if (
    url === null || !(url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url))) ||
    `${url.username}${url.password}${url.search}${url.hash}` !== ""
  ) {
    return refuse(
      "Expected the endpoint to be an https URL, or http on a loopback address; no credentials, query or fragment.",
      "endpoint"
    )
  }
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/client_sessions/list`
  return Effect.succeed(url)
}

const positive = (
  option: "timeout" | "retry",
  input: Duration.Input
): Effect.Effect<Duration.Duration, SeamConfigurationError> => {
  const duration = Option.getOrUndefined(Duration.fromInput(input))
  return duration !== undefined && Duration.isFinite(duration) && Duration.isPositive(duration)
    ? Effect.succeed(duration)
    : refuse(`Expected each duration in ${option} to be finite and longer than 0.`, option)
}

const transformed = (
  client: HttpClient.HttpClient,
  transform: NonNullable<ClientSessionsOptions["transformClient"]> = (client) => client
): Effect.Effect<Pick<HttpClient.HttpClient.With<unknown>, "execute">, SeamConfigurationError> => {
  const made = Result.getOrUndefined(Result.try(() => transform(client)))
  return typeof made?.execute === "function"
    ? Effect.succeed(made)
    : refuse("Expected transformClient to give a client.", "transformClient")
}

const makeFrom = /* @__PURE__ */ Effect.fnUntraced(
  function*(
    given: Effect.Effect<ClientSessionsOptions, SeamConfigurationError>
  ): Effect.fn.Return<ClientSessionsService, SeamConfigurationError, HttpClient.HttpClient> {
    const options = yield* given
    const credentials = options.credentials
    const { attempts = 3, baseDelay = 250, maxDelay = 30_000 } = options.retry ?? {}
    if (!Number.isInteger(attempts) || attempts < 1 || attempts > 10) {
      return yield* refuse("Expected retry.attempts to be a whole number from 1 to 10.", "retry")
    }
    return Operation.make({
      client: yield* transformed(yield* HttpClient.HttpClient, options.transformClient),
      credentials: yield* Credentials.check(Effect.isEffect(credentials) ? yield* credentials : credentials),
      url: yield* urlOf(options.endpoint ?? "https://connect.getseam.com"),
      timeout: yield* positive("timeout", options.timeout ?? 30_000),
      attempts,
      baseDelay: yield* positive("retry", baseDelay),
      maxDelay: yield* positive("retry", maxDelay),
      verify: options.verify ?? true,
      propagateTrace: options.propagateTrace ?? false,
      init: Context.getOrUndefined(yield* Effect.context(), FetchHttpClient.RequestInit),
      observer: yield* Observer
    })
  },
  // In JavaScript they may be anything, or throw when they are looked at.
  Effect.catchDefect(() => refuse("Expected the options of ClientSessions."))
)

/** The options, and what they leave out from the environment. */
const complete = /* @__PURE__ */ Effect.fnUntraced(function*(
  options: Partial<ClientSessionsOptions>
): Effect.fn.Return<ClientSessionsOptions, SeamConfigurationError> {
  return {
    ...options,
    endpoint: options.endpoint ?? (yield* Environment.endpoint),
    credentials: options.credentials ?? (yield* Environment.credentials)
  }
})

const ClientSessionsBase: Context.ServiceClass<
  ClientSessions,
  "@seam-effect/client-sessions/ClientSessions",
  ClientSessionsService
> = /* @__PURE__ */ Context.Service<ClientSessions, ClientSessionsService>()(
  "@seam-effect/client-sessions/ClientSessions"
)

/**
 * Lists the client sessions of a workspace: the service, its operations and its layers.
 *
 * Call a layer once and keep what it gives: each call makes another client.
 */
export class ClientSessions extends ClientSessionsBase {
  /**
   * All sessions that the filter asks for; without a filter, every session of the workspace.
   *
   * One request, whose answer holds every session: the operation is not paginated. At most 128 MiB are read; `stream`
   * takes more. Interruption ends the request.
   */
  static list(filter: ListFilter = {}): Effect.Effect<ReadonlyArray<ClientSession>, ListError, ClientSessions> {
    return Effect.flatMap(
      Operation.filterOf("list", filter),
      (filter) => ClientSessions.use((service) => service.list(filter))
    )
  }

  /**
   * The same sessions as they arrive, in memory that does not grow with their number.
   *
   * The same checks as in `list`, session by session: what has arrived whole before a failure is passed on, and a body
   * ends at its first problem. The time limit holds until the answer begins, and then for each further piece of it; only
   * until it begins is it retried. One session takes at most 1 Mi characters, as in `list`, and so does all that is beside the list.
   * Interruption, and a stream that isn't read to its end, end the request.
   */
  static stream(filter: ListFilter = {}): Stream.Stream<ClientSession, ListError, ClientSessions> {
    return Stream.unwrap(
      Effect.flatMap(
        Operation.filterOf("stream", filter),
        (filter) => ClientSessions.useSync((service) => service.stream(filter))
      )
    )
  }

  /**
   * The client with the given options, over whatever `HttpClient` is provided: for one tenant among many. Nothing is read
   * from the environment.
   *
   * Fails with `SeamConfigurationError` if an option can't be used.
   */
  static make(
    options: ClientSessionsOptions
  ): Effect.Effect<ClientSessionsService, SeamConfigurationError, HttpClient.HttpClient> {
    return makeFrom(Effect.succeed(options))
  }

  /** The client of `ClientSessions.make`, as a layer. */
  static layer(
    options: ClientSessionsOptions
  ): Layer.Layer<ClientSessions, SeamConfigurationError, HttpClient.HttpClient> {
    return Layer.effect(ClientSessions, ClientSessions.make(options))
  }

  /**
   * The client over whatever `HttpClient` is provided. Options that are left out come from the vendor's variables:
   * `credentials` from `SEAM_API_KEY`, or `SEAM_PERSONAL_ACCESS_TOKEN` with `SEAM_WORKSPACE_ID`; `endpoint` from
   * `SEAM_ENDPOINT`. An empty value counts as unset; an option that is given wins, and its variables are not read.
   *
   * They are read from the `ConfigProvider` in the context; where there is none, from `process.env`, each by its name, so
   * that Deno needs no leave for others: `--allow-env=SEAM_API_KEY,SEAM_PERSONAL_ACCESS_TOKEN,SEAM_WORKSPACE_ID,SEAM_ENDPOINT`.
   *
   * Fails with `SeamConfigurationError` if a variable can't be read or an option can't be used.
   */
  static layerConfig(
    options: Partial<ClientSessionsOptions> = {}
  ): Layer.Layer<ClientSessions, SeamConfigurationError, HttpClient.HttpClient> {
    return Layer.effect(ClientSessions, makeFrom(complete(options)))
  }

  /**
   * The client of `ClientSessions.layerConfig`, over `fetch`: `FetchHttpClient.Fetch` in the context, with the
   * `FetchHttpClient.RequestInit` there (but for `redirect`).
   */
  static layerFetch(
    options: Partial<ClientSessionsOptions> = {}
  ): Layer.Layer<ClientSessions, SeamConfigurationError> {
    // Fresh, since a layer is built once in a program, with the `Fetch` of whoever is first.
    return Layer.provide(ClientSessions.layerConfig(options), Layer.fresh(FetchHttpClient.layer))
  }
}
