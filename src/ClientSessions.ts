/**
 * The service: lists client sessions, at once or as a stream, and the layers that make it.
 *
 * ```ts
 * import { ClientSessions } from "@seam-effect/client-sessions"
 * import * as Effect from "effect/Effect"
 *
 * const program = ClientSessions.list({ user_identifier_key: "jane_doe" }).pipe(
 *   Effect.catchTag("Unauthorized", (error) => Effect.logError(error.message)),
 *   Effect.provide(ClientSessions.layerFetch)
 * )
 * ```
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { ClientSession } from "./ClientSession.ts"
import { ConfigurationError } from "./ConfigurationError.ts"
import { Credentials } from "./Credentials.ts"
import * as Http from "./internal/http.ts"
import * as Operation from "./internal/operation.ts"
import { variable } from "./internal/variable.ts"
import type { ListError } from "./ListError.ts"
import type { ListFilter } from "./ListFilter.ts"

/** When an attempt that failed for a passing reason is made again. */
export interface RetryOptions {
  /** How many attempts to make in all, from 1 to 10. Default: 3. */
  readonly attempts?: number
  /** The wait after the first attempt; each further one is twice as long, less up to half by chance. Default: 250 ms. */
  readonly baseDelay?: Duration.Input
  /** No wait is longer, whatever `Retry-After` says. Default: 30 s. */
  readonly maxDelay?: Duration.Input
}

/** How to make the client. */
export interface Options {
  /** The credentials, or the effect that makes them, as `Credentials.ApiKey(key)` is. */
  readonly credentials: Credentials | Effect.Effect<Credentials, ConfigurationError>
  /**
   * Where the API is: `https`, or `http` on a loopback address. A path in it is kept.
   * Default: `https://connect.getseam.com`.
   */
  readonly endpoint?: string | URL
  /**
   * The time limit of an attempt, its body included. For a stream, whose reader may take its time: the limit until the
   * answer begins, and then until each further piece of it arrives. Default: 30 s.
   */
  readonly timeout?: Duration.Input
  /**
   * Repeats 408, 429, 500, 502, 503, 504 and broken connections. A stream is retried until its answer begins, never after
   * that. `{ attempts: 1 }` turns it off.
   */
  readonly retry?: RetryOptions
  /** Whether a session in the answer that the filter excludes is a `ContractViolation`. Default: `true`. */
  readonly verify?: boolean
  /** Whether the current span's trace headers (`traceparent`, `b3`) go to the vendor. Default: `false`. */
  readonly propagateTrace?: boolean
}

/** What the client can do: the service behind {@link ClientSessions}. */
export interface Operations {
  /** See `ClientSessions.list`. */
  readonly list: (filter?: ListFilter) => Effect.Effect<ReadonlyArray<ClientSession>, ListError>
  /** See `ClientSessions.stream`. */
  readonly stream: (filter?: ListFilter) => Stream.Stream<ClientSession, ListError>
}

const refuse = (option: ConfigurationError["option"], message: string): Effect.Effect<never, ConfigurationError> =>
  Effect.fail(new ConfigurationError({ option, message }))

// RFC 6761 section 6.3 and RFC 6890: localhost and the loopback blocks. URL has already normalized the host.
const loopback = /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

const urlOf = (endpoint: string | URL): Effect.Effect<string, ConfigurationError> => {
  const url = URL.parse(String(endpoint))
  return url !== null &&
      (url.protocol === "https:" || (url.protocol === "http:" && loopback.test(url.hostname))) &&
      `${url.username}${url.password}${url.search}${url.hash}` === ""
    ? Effect.succeed(`${url.origin}${url.pathname.replace(/\/+$/, "")}/client_sessions/list`)
    : refuse(
      "endpoint",
      "Expected the endpoint to be an https URL, or http on a loopback address, without credentials, query or fragment."
    )
}

const positive = (
  option: "timeout" | "retry",
  input: Duration.Input
): Effect.Effect<Duration.Duration, ConfigurationError> => {
  const duration = Option.getOrUndefined(Duration.fromInput(input))
  return duration !== undefined && Duration.isFinite(duration) && Duration.isPositive(duration)
    ? Effect.succeed(duration)
    : refuse(option, `Expected each duration in ${option} to be finite and longer than 0.`)
}

const make = (options: Options): Effect.Effect<Operations, ConfigurationError, HttpClient.HttpClient> =>
  Effect.gen(function*() {
    const client = yield* HttpClient.HttpClient
    const given = options.credentials
    const credentials = yield* Credentials.check(Effect.isEffect(given) ? yield* given : given)
    const { attempts = 3, baseDelay = "250 millis", maxDelay = "30 seconds" } = options.retry ?? {}
    if (!Number.isInteger(attempts) || attempts < 1 || attempts > 10) {
      return yield* refuse("retry", "Expected retry.attempts to be a whole number from 1 to 10.")
    }
    return Operation.make({
      client,
      credentials,
      url: yield* urlOf(options.endpoint ?? "https://connect.getseam.com"),
      timeout: yield* positive("timeout", options.timeout ?? "30 seconds"),
      attempts,
      baseDelay: yield* positive("retry", baseDelay),
      maxDelay: yield* positive("retry", maxDelay),
      verify: options.verify ?? true,
      propagateTrace: options.propagateTrace ?? false
    })
  })

/** Stands for the client among the services that an effect needs. */
export interface ClientSessions
  extends Context.ServiceClass.Shape<"@seam-effect/client-sessions/ClientSessions", Operations>
{}

const tag: Context.Service<ClientSessions, Operations> = Context.Service("@seam-effect/client-sessions/ClientSessions")

const layer = (options: Options): Layer.Layer<ClientSessions, ConfigurationError, HttpClient.HttpClient> =>
  Layer.effect(tag, make(options))

const layerConfig: Layer.Layer<ClientSessions, ConfigurationError, HttpClient.HttpClient> = Layer.effect(
  tag,
  Effect.flatMap(
    variable("SEAM_ENDPOINT", "endpoint"),
    (endpoint) => make({ credentials: Credentials.config, ...endpoint === "" ? {} : { endpoint } })
  )
)

/** Lists the client sessions of a workspace: the service's tag, its operations and its layers. */
export const ClientSessions: Context.Service<ClientSessions, Operations> & {
  /**
   * All sessions that the filter asks for; without a filter, every session of the workspace.
   *
   * One request, whose answer holds every session: the operation is not paginated. At most 128 MiB are read; `stream`
   * takes more. Interruption ends the request.
   */
  readonly list: (filter?: ListFilter) => Effect.Effect<ReadonlyArray<ClientSession>, ListError, ClientSessions>
  /**
   * The same sessions as they arrive, in memory that does not grow with their number.
   *
   * The same checks as in `list`, session by session: what has arrived whole before a failure is passed on, and a body
   * ends at its first problem. The time limit holds until the answer begins, and then for each further piece of it; only
   * until it begins is it retried. One session takes at most 1 Mi characters. Interruption, and a stream that isn't read to
   * its end, end the request.
   */
  readonly stream: (filter?: ListFilter) => Stream.Stream<ClientSession, ListError, ClientSessions>
  /**
   * The client with the given options, over whatever `HttpClient` is provided.
   *
   * Fails with {@link ConfigurationError} if the credentials, the endpoint, the timeout or the retry options can't be
   * used.
   */
  readonly layer: (options: Options) => Layer.Layer<ClientSessions, ConfigurationError, HttpClient.HttpClient>
  /**
   * The client with its options from `Config`, by the vendor's variables: `SEAM_API_KEY`, or
   * `SEAM_PERSONAL_ACCESS_TOKEN` with `SEAM_WORKSPACE_ID`; and `SEAM_ENDPOINT`. An empty value counts as unset.
   */
  readonly layerConfig: Layer.Layer<ClientSessions, ConfigurationError, HttpClient.HttpClient>
  /** `layerConfig` over `fetch`. */
  readonly layerFetch: Layer.Layer<ClientSessions, ConfigurationError>
} = Object.assign(tag, {
  list: (filter?: ListFilter) => tag.use((service) => service.list(filter)),
  stream: (filter?: ListFilter) => Stream.unwrap(tag.use((service) => Effect.succeed(service.stream(filter)))),
  layer,
  layerConfig,
  layerFetch: Layer.provide(layerConfig, Http.layerFetch)
})
