/**
 * Plays a case: one call of a client over its answers, on a clock that jumps when nothing else can happen.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Stream from "effect/Stream"
import {
  type ClientSession,
  ClientSessions,
  type ClientSessionsService,
  Credentials,
  type ListError,
  type SeamConfigurationError
} from "../../mod.ts"
import type { Body } from "./bodies.ts"
import { type Answer, type Case, headers, noResponses, rejections } from "./case.ts"
import { canary } from "./hostile.ts"
import { apiKey, filters, options } from "./inputs.ts"
import { middlewares } from "./middlewares.ts"
import * as VirtualClock from "./virtualClock.ts"

/** The two operations that a case is played with. */
export type Operation = "list" | "stream"

/** What came of a case. */
export interface Played {
  /** How the call ended; nothing if it didn't. */
  readonly exit: Exit.Exit<void, ListError | SeamConfigurationError> | undefined
  /** The sessions that came, in their order. */
  readonly sessions: ReadonlyArray<ClientSession>
  /** How many requests were made. */
  readonly requests: number
  /** How long it took on the clock, in milliseconds. */
  readonly millis: number
  /** What is still open: bodies neither read to their end nor cancelled, requests not aborted, sleeps. */
  readonly left: ReadonlyArray<string>
}

/** The web stream of a body, whether somebody may still wait for more of it, and whether somebody would read it for ever. */
const streamOf = (
  body: Body
): { readonly stream: ReadableStream; readonly isOpen: () => boolean; readonly isEndless: () => boolean } => {
  const at = [0, ...body.cuts, body.bytes.length]
  const isByteStream = body.isByteStream && body.ending !== "odd" && body.ending !== "void"
  const chunks = at.slice(1).map((end, index) => body.bytes.slice(at[index], end))
    // A byte stream has no empty chunks.
    .filter(({ length }) => length > 0 || !isByteStream)
  let next = 0
  let isOpen = true
  let isEndless = false
  const end = (controller: ReadableByteStreamController | ReadableStreamDefaultController): void => {
    isOpen = false
    controller.close()
    // Whoever reads into memory of their own is only then told.
    if (controller instanceof ReadableByteStreamController) controller.byobRequest?.respond(0)
  }
  const pull = (controller: ReadableByteStreamController | ReadableStreamDefaultController): void | Promise<void> => {
    const at = next++
    const chunk = chunks[at]
    if (chunk !== undefined) return controller.enqueue(chunk)
    switch (body.ending) {
      case "end":
        return end(controller)
      case "break":
        isOpen = false
        return controller.error(new TypeError(`${canary}reset`))
      case "stay":
        return new Promise(() => {})
      case "odd":
        return at === chunks.length ? Reflect.apply(controller.enqueue, controller, ["{}"]) : end(controller)
      case "void":
        if (at < chunks.length + 5000) return controller.enqueue(new Uint8Array(0))
        isEndless = true
        return controller.error(new Error(`${canary}endless`))
    }
  }
  const cancel = () => {
    isOpen = false
  }
  return {
    // Nothing is read before it is asked for.
    stream: isByteStream
      ? new ReadableStream({ type: "bytes", pull, cancel }, { highWaterMark: 0 })
      : new ReadableStream({ pull, cancel }, { highWaterMark: 0 }),
    isOpen: () => isOpen,
    isEndless: () => isEndless
  }
}

const hasNoBody = (status: number): boolean => [204, 205, 304].includes(status)

/** A server that gives the answers, one a request. */
const serve = (answers: ReadonlyArray<Answer>): {
  readonly fetch: typeof globalThis.fetch
  readonly requests: () => number
  readonly left: () => ReadonlyArray<string>
} => {
  let requests = 0
  const open: Array<readonly [what: string, isOpen: () => boolean]> = []
  const respond = async (answer: Answer, signal: AbortSignal | undefined): Promise<unknown> => {
    switch (answer._tag) {
      case "Response": {
        const { status } = answer
        const given = answer.headers.flatMap((name): ReadonlyArray<[string, string]> => {
          const header = headers[name]
          return header === undefined ? [] : [[header.name, header.value]]
        })
        if (hasNoBody(status)) return new Response(null, { status, headers: given })
        const { isEndless, isOpen, stream } = streamOf(answer.body)
        // A request that is aborted takes its body with it.
        open.push([`the body of request ${requests}`, () => isOpen() && signal?.aborted !== true])
        open.push(["a body that is read for ever", isEndless])
        return new Response(stream, { status, headers: given })
      }
      case "Rejection":
        return await Promise.reject(rejections[answer.error]?.error())
      case "NoResponse":
        return await noResponses[answer.value]?.()
      case "Silence":
        open.push([`request ${requests}`, () => signal?.aborted !== true])
        return await new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)))
    }
  }
  return {
    fetch: (_: unknown, init?: RequestInit) =>
      // What is no response is given as `fetch` in plain JavaScript could give it.
      Reflect.apply(respond, undefined, [answers[Math.min(requests++, answers.length - 1)], init?.signal ?? undefined]),
    requests: () => requests,
    left: () => open.filter(([, isOpen]) => isOpen()).map(([what]) => what)
  }
}

const http = Effect.runSync(Effect.provide(HttpClient.HttpClient, FetchHttpClient.layer))

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** How many turns of the event loop in which nothing happens before the clock jumps: bodies here only take microtasks. */
const quietTurns = 2

/** No case is anywhere near to so many turns. */
const mostTurns = 20_000

/** Plays the case. */
export const play = async (fuzzed: Case, operation: Operation): Promise<Played> => {
  const server = serve(fuzzed.answers)
  const time = VirtualClock.make()
  const transformClient = middlewares[fuzzed.middleware]?.make()
  const given = {
    credentials: Credentials.ApiKey(apiKey),
    ...transformClient !== undefined && { transformClient },
    ...options[fuzzed.options]?.make()
  }
  const filter = filters[fuzzed.filter]?.make()
  let sessions: ReadonlyArray<ClientSession> = []
  const arrived: Array<ClientSession> = []
  // Options and filters are whatever a program in plain JavaScript gives.
  const made: ReturnType<typeof ClientSessions.make> = Reflect.apply(ClientSessions.make, ClientSessions, [given])
  const program = Effect.flatMap(made, (service) => {
    if (operation === "list") {
      const listed: ReturnType<ClientSessionsService["list"]> = Reflect.apply(service.list, service, [filter])
      return Effect.map(listed, (all) => {
        sessions = all
      })
    }
    const streamed: ReturnType<ClientSessionsService["stream"]> = Reflect.apply(service.stream, service, [filter])
    return Stream.runForEach(streamed, (session) =>
      Effect.sync(() => {
        arrived.push(session)
      }))
  })
  const fiber = Effect.runFork(
    Effect.provideContext(
      program,
      Context.make(HttpClient.HttpClient, http).pipe(
        Context.add(FetchHttpClient.Fetch, server.fetch),
        Context.add(Clock.Clock, time.clock)
      )
    )
  )
  let quiet = 0
  let seen = -1
  for (let turns = 0; turns < mostTurns && fiber.pollUnsafe() === undefined; turns++) {
    await turn()
    const activity = time.slept() + server.requests() + arrived.length
    quiet = activity === seen ? quiet + 1 : 0
    seen = activity
    if (quiet < quietTurns) continue
    quiet = 0
    if (!time.jump()) break
  }
  const exit = fiber.pollUnsafe()
  for (let turns = 0; turns < 5 && (server.left().length > 0 || time.sleeping() > 0); turns++) await turn()
  if (exit === undefined) fiber.interruptUnsafe()
  return {
    exit,
    sessions: operation === "list" ? sessions : arrived,
    requests: server.requests(),
    millis: time.now(),
    left: [...server.left(), ...time.sleeping() > 0 ? [`${time.sleeping()} sleeps`] : []]
  }
}
