/**
 * `fetch` that goes straight to a loopback address.
 *
 * Where `HTTP_PROXY` is set, Deno's own sends `http` requests through that proxy, in clear and to this machine too: the
 * credential would leave it.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { isLoopback } from "../internal/loopback.ts"

const connect = (url: URL): Deno.HttpClient =>
  Deno.createHttpClient({
    // A proxy in name only: what stands here goes before HTTP_PROXY, and "tcp" is the plain connection itself.
    ...url.protocol === "http:" &&
      { proxy: { transport: "tcp", hostname: url.hostname, port: Number(url.port === "" ? 80 : url.port) } }
  })

/** `fetch` that asks loopback addresses without a proxy. To any other it is the platform's, as it is. */
export const makeFetch = (): Effect.Effect<typeof globalThis.fetch, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => new Map<string, Deno.HttpClient>()),
      (clients) => Effect.sync(() => clients.forEach((client) => client.close()))
    ),
    (clients) => (input: string | URL | Request, init?: RequestInit) => {
      const url = new URL(input instanceof Request ? input.url : input)
      if (!isLoopback(url)) return fetch(input, init)
      const client = clients.get(url.origin) ?? connect(url)
      clients.set(url.origin, client)
      // Such a connection leads nowhere else, so that a redirect can't be followed with it.
      return fetch(input, { ...init, client, redirect: "manual" })
    }
  )
