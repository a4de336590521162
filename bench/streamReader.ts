/**
 * Lists once and tells what it took, for `stream.ts`: in a process of its own, whose memory is nobody else's. Its
 * arguments are a way to list and an endpoint.
 *
 * @module
 */
import { ClientSessions, Credentials } from "@seam-effect/client-sessions"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { apiKey } from "./input.ts"

/** What listing once took. */
export interface Reading {
  readonly sessions: number
  /** Milliseconds until the program had the first session. */
  readonly first: number
  /** Milliseconds until it had had them all. */
  readonly total: number
  /** Bytes by which the process grew at its largest. */
  readonly growth: number
}

const [way = "", endpoint = ""] = Deno.args

const run = <A, E>(effect: Effect.Effect<A, E, ClientSessions>): Promise<A> =>
  Effect.runPromise(
    Effect.provide(
      effect,
      ClientSessions.layer({ credentials: Credentials.ApiKey(apiKey), endpoint }).pipe(
        Layer.provide(FetchHttpClient.layer)
      )
    )
  )

/** Each hands over the sessions one by one. */
const ways: Readonly<Record<string, (see: (session: object) => void) => Promise<void>>> = {
  stream: (see) => run(Stream.runForEach(ClientSessions.stream(), (session) => Effect.sync(() => see(session)))),
  list: async (see) => (await run(ClientSessions.list())).forEach(see),
  "fetch and JSON.parse": async (see) => {
    const headers = { authorization: `Bearer ${apiKey}` }
    const response = await fetch(`${endpoint}/client_sessions/list`, { method: "POST", headers })
    const body: { readonly client_sessions: ReadonlyArray<object> } = JSON.parse(await response.text())
    body.client_sessions.forEach(see)
  }
}

const memory = (line: "VmHWM" | "VmRSS"): number => {
  const [, kibibytes] = new RegExp(`${line}:\\s*(\\d+) kB`).exec(Deno.readTextFileSync("/proc/self/status")) ?? []
  return Number(kibibytes) * 1024
}

const before = memory("VmRSS")
const start = performance.now()
let seen = 0
let first = NaN
await ways[way]?.(() => {
  if (seen++ === 0) first = performance.now() - start
})
const total = performance.now() - start
const reading: Reading = { sessions: seen, first, total, growth: memory("VmHWM") - before }
console.log(JSON.stringify(reading))
