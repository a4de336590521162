/**
 * What a program may put between the client and the network, careless and hostile, and what must come of it.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Stream from "effect/Stream"
import type { ClientSessionsOptions } from "../../mod.ts"
import { canary, untouchable } from "./hostile.ts"

/** What must come of a call through a middleware. */
export type Consequence =
  /** The same as without it. */
  | "the same"
  /** The same, but that the response isn't the Web's. */
  | "foreign"
  /** The same, but that the body is read as a whole before the client sees its status. */
  | "reads"
  /** The same, but that nothing is left of the body. */
  | "drains"
  /** The same, but that each attempt makes two requests, and the second counts. */
  | "twice"
  /** The first attempt is a connection that was reset; then the same. */
  | "broken once"
  /** An empty list, where the status is 200. */
  | "empties"
  /** The headers can't be trusted, so that nothing is known of `Retry-After`. */
  | "headers"
  /** A status of another kind: a refusal of that class. */
  | "unexpected status"
  /** The middleware's failure. */
  | "fails"
  /** The time limit. */
  | "hangs"
  /** The client can't be made. */
  | "configuration"

/** A middleware. */
export interface Middleware {
  /** The option `transformClient`, which in plain JavaScript may be anything. Made for each call. */
  readonly make: () => unknown
  readonly then: Consequence
  /** Whether it asks the network at all. Default: `true`. */
  readonly asks?: false
  /** Whether responses are dropped unread: their bodies are nobody's concern then but the middleware's. */
  readonly dropsResponses?: boolean
}

/** How late a middleware may be, in milliseconds. */
export const lateness = 400

type Transform = NonNullable<ClientSessionsOptions["transformClient"]>
type Response = HttpClientResponse.HttpClientResponse

class Trap {
  get cause(): never {
    throw new Error(`${canary}cause`)
  }
  get message(): never {
    throw new Error(`${canary}message`)
  }
}

const text = `${canary}middleware`

const request = HttpClientRequest.get(`https://${canary}host/`)

/** What a middleware may fail with, die of, or throw. */
const errors: Readonly<Record<string, () => unknown>> = {
  "an error": () => Object.assign(new TypeError(text, { cause: new Error(text) }), { code: text, name: text }),
  text: () => text,
  nothing: () => undefined,
  null: () => null,
  "a number": () => NaN,
  "a symbol": () => Symbol(text),
  "a function": () => () => text,
  "an object that can't be looked at": () => new Trap(),
  "an object that can't be touched": untouchable,
  "an error that is its own cause": () => {
    const error = new Error(text)
    error.cause = error
    return error
  },
  "what looks like one of ours": () => ({ _tag: "SeamTimedOut", isRetryable: true, message: text }),
  "the code of a connection": () => Object.assign(new Error(text), { code: "ECONNRESET" }),
  "HttpClient's error for another request": () =>
    new HttpClientError.HttpClientError({
      reason: new HttpClientError.InvalidUrlError({ request, cause: new Error(text), description: text })
    }),
  "what looks like HttpClient's error": () => ({ "~effect/http/HttpClientError": true, message: text }),
  "HttpClient's error with what is no response": () => ({
    "~effect/http/HttpClientError": true,
    reason: { _tag: "TransportError", cause: new Trap() },
    response: text
  })
}

const failing = (effect: () => Effect.Effect<Response, unknown>): Transform => () => ({
  execute: () => Effect.suspend(effect)
})

/** A client whose `execute` gives whatever it is told to, as JavaScript could. */
const giving = (value: () => unknown) => (): unknown => ({ execute: value })

/** The response with some of its properties replaced. */
const replaced = (response: Response, properties: Readonly<Record<string, () => unknown>>): Response =>
  new Proxy(response, {
    get: (target, key) => {
      if (typeof key === "string" && Object.hasOwn(properties, key)) return properties[key]?.()
      return key.toString().includes("WebSource") && "stream" in properties
        ? undefined
        : Reflect.get(target, key, target)
    }
  })

const replacing =
  (properties: (response: Response) => Readonly<Record<string, () => unknown>>): Transform => (client) => ({
    execute: (request) => Effect.map(client.execute(request), (response) => replaced(response, properties(response)))
  })

const throwing = (message: string) => (): never => {
  throw new Error(message)
}

const named = <A>(
  prefix: string,
  values: Readonly<Record<string, A>>,
  middleware: (value: A) => Middleware
): Readonly<Record<string, Middleware>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix} ${name}`, middleware(value)]))

const same = (transform: Transform, then: Consequence = "the same", dropsResponses = false): Middleware => ({
  make: () => transform,
  then,
  dropsResponses
})

/** One that gives what it will and asks nobody. */
const silent = (make: () => unknown, then: Consequence = "fails"): Middleware => ({ make, then, asks: false })

/** What stands in place of a client. */
const noClients: Readonly<Record<string, unknown>> = {
  nothing: undefined,
  null: null,
  text,
  "an object": {},
  "an execute that is no function": { execute: text },
  "a promise": Promise.resolve({}),
  "an object that can't be touched": untouchable()
}

const noResponses: Readonly<Record<string, () => unknown>> = {
  nothing: () => undefined,
  null: () => null,
  text: () => text,
  "an object": () => ({}),
  "headers and no status": () => ({ headers: {} }),
  "a status and no headers": () => ({ status: 200 }),
  "a status and no body": () => ({ status: 200, headers: {} }),
  "an object that can't be touched": untouchable,
  "the Web's response": () => new globalThis.Response(`{"client_sessions":[]}`)
}

const noStatuses: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries([0, -1, 99, 99.5, 200.5, 1000, 2 ** 53, NaN, Infinity, -0, "200", "401", text].map((status) => [
    String(status),
    status
  ])),
  null: null,
  nothing: undefined,
  "an object": { valueOf: () => 200 }
}

/** Every middleware by its name. */
export const middlewares: Readonly<Record<string, Middleware>> = {
  "no middleware": { make: () => undefined, then: "the same" },
  "one that does nothing": same((client) => client),
  "one that changes the request": same(HttpClient.mapRequest(HttpClientRequest.setHeader("x-tenant", text))),
  "one that filters by status": same(HttpClient.filterStatusOk),
  "one that takes 401 only": same(HttpClient.filterStatus((status) => status === 401)),
  "one that answers late": same((client) => ({
    execute: (request) => Effect.delay(client.execute(request), lateness)
  })),
  "one whose responses aren't the Web's": same(
    replacing((response) => ({ stream: () => response.stream })),
    "foreign"
  ),
  "one whose headers can't be read": same(
    replacing(() => ({
      headers: () => ({ "retry-after": 5, "seam-request-id": { length: 1, trim: () => text, toString: () => text } })
    })),
    "headers"
  ),
  "one that reads text first": same(HttpClient.tap((response) => Effect.exit(response.text)), "reads"),
  "one that reads JSON first": same(HttpClient.tap((response) => Effect.exit(response.json)), "reads"),
  "one that needs the bytes": same(HttpClient.tap((response) => response.arrayBuffer), "reads"),
  "one that drains the body": same(
    HttpClient.tap((response) => Effect.exit(Stream.runDrain(response.stream))),
    "drains"
  ),
  "one that sends twice": same(
    (client) => ({ execute: (request) => Effect.andThen(client.execute(request), client.execute(request)) }),
    "twice",
    true
  ),
  "one that breaks once": {
    then: "broken once",
    make: () => {
      let isFirst = true
      const transform: Transform = (client) => ({
        execute: (request) => {
          if (!isFirst) return client.execute(request)
          isFirst = false
          const cause = Object.assign(new Error(text), { code: "ECONNRESET" })
          return Effect.fail(
            new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
          )
        }
      })
      return transform
    }
  },
  "one that answers by itself": same(
    (client) => ({
      execute: (request) =>
        Effect.map(client.execute(request), ({ status }) =>
          HttpClientResponse.fromWeb(
            request,
            new globalThis.Response([204, 205, 304].includes(status) ? null : `{"client_sessions":[],"ok":true}`, {
              status
            })
          ))
    }),
    "empties",
    true
  ),
  ...named("one that fails with", errors, (error) => silent(() => failing(() => Effect.fail(error())))),
  ...named("one that dies of", errors, (error) => silent(() => failing(() => Effect.die(error())))),
  ...named("one that throws", errors, (error) =>
    silent(() =>
      giving(() => {
        throw error()
      })
    )),
  "one that fails after an answer": same(HttpClient.tap(() => Effect.fail(text)), "fails", true),
  "one that dies after an answer": same(HttpClient.tap(() => Effect.die(text)), "fails", true),
  "one that interrupts itself": silent(() => failing(() => Effect.interrupt)),
  "one that interrupts itself after an answer": same(HttpClient.tap(() => Effect.interrupt), "fails", true),
  "one that hangs": silent(() => failing(() => Effect.never), "hangs"),
  "one that hangs after an answer": same(HttpClient.tap(() => Effect.never), "hangs", true),
  "one that gives nothing": silent(() => giving(() => undefined)),
  "one that gives a promise": silent(() => giving(() => Promise.resolve(text))),
  "one that gives an object that can't be touched": silent(() => giving(untouchable)),
  ...named("one that answers with", noResponses, (response) => silent(() => giving(() => Effect.sync(response)))),
  ...named(
    "one that gives the status",
    noStatuses,
    (status) => same(replacing(() => ({ status: () => status })), "fails")
  ),
  ...named(
    "one that gives the status",
    { 100: 100, 103: 103, 199: 199, 600: 600, 999: 999 },
    (status) => same(replacing(() => ({ status: () => status })), "unexpected status")
  ),
  "one whose status throws": same(replacing(() => ({ status: throwing(text) })), "fails"),
  "one whose headers throw": same(replacing(() => ({ headers: throwing(text) })), "fails"),
  ...named(
    "a transformClient that gives",
    noClients,
    (client) => ({ make: () => () => client, then: "configuration" })
  ),
  ...named("a transformClient that throws", errors, (error) => ({
    make: () => () => {
      throw error()
    },
    then: "configuration"
  }))
}
