import type * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import {
  type BadRequest,
  type ClientSession,
  ClientSessions,
  type ConfigurationError,
  type ConnectionFailed,
  type ContractViolation,
  type InvalidFilter,
  type InvalidResponse,
  type ListError,
  type RateLimited,
  type ServerError,
  type TimedOut,
  type Unauthorized,
  type UnexpectedStatus
} from "../mod.ts"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const holds = <_ extends true>(): void => {}

const _list = ClientSessions.list({})
type List = typeof _list

// These are checked by the compiler: the test passes if it compiles.
Deno.test("list() has the types that the design promises", () => {
  holds<Equal<Effect.Success<List>, ReadonlyArray<ClientSession>>>()
  holds<Equal<Effect.Error<List>, ListError>>()
  holds<Equal<Effect.Services<List>, ClientSessions>>()
  holds<
    Equal<
      ListError,
      | InvalidFilter
      | BadRequest
      | Unauthorized
      | RateLimited
      | ServerError
      | UnexpectedStatus
      | InvalidResponse
      | ContractViolation
      | ConnectionFailed
      | TimedOut
    >
  >()
  holds<
    Equal<
      ListError["_tag"],
      | "InvalidFilter"
      | "BadRequest"
      | "Unauthorized"
      | "RateLimited"
      | "ServerError"
      | "UnexpectedStatus"
      | "InvalidResponse"
      | "ContractViolation"
      | "ConnectionFailed"
      | "TimedOut"
    >
  >()
})

Deno.test("the layers have the types that the design promises", () => {
  holds<Equal<typeof ClientSessions.layerFetch, Layer.Layer<ClientSessions, ConfigurationError>>>()
  holds<
    Equal<typeof ClientSessions.layerConfig, Layer.Layer<ClientSessions, ConfigurationError, HttpClient.HttpClient>>
  >()
  holds<
    Equal<
      ReturnType<typeof ClientSessions.layer>,
      Layer.Layer<ClientSessions, ConfigurationError, HttpClient.HttpClient>
    >
  >()
})
