// How to test a program that lists client sessions: no network, no waiting, no account.
import { ClientSessions, Credentials } from "@seam-effect/client-sessions"
import { type Fault, Simulator } from "@seam-effect/client-sessions/simulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import assert from "node:assert/strict"
import { describe } from "./program.ts"

const { documented } = Simulator
const [apiKey = ""] = documented.credentials.apiKeys

/** Runs a program against a simulator, at noon of the day on which its session was made. */
const run = <A, E>(program: Effect.Effect<A, E, ClientSessions>, ...faults: ReadonlyArray<Fault>): Promise<A> => {
  const simulator = Simulator.make({ workspaces: [documented], faults })
  const client = ClientSessions.layer({ credentials: Credentials.ApiKey(apiKey), retry: { attempts: 1 } })
  return TestClock.setTime(Date.parse("2025-06-16T12:00:00Z")).pipe(
    Effect.andThen(program),
    Effect.provide(Layer.provide(client, simulator.layer)),
    Effect.provide(TestClock.layer()),
    Effect.runPromise
  )
}

Deno.test("describe() counts the user's live sessions", async () => {
  assert.equal(await run(describe("jane_doe")), "jane_doe: 1 of 1 sessions live.")
  assert.equal(await run(describe("john_doe")), "john_doe: 0 of 0 sessions live.")
})

Deno.test("describe() names a user who isn't named", async () => {
  assert.equal(await run(describe("")), "Name a user.")
})

Deno.test("describe() trusts no server that ignores the filter", async () => {
  assert.match(await run(describe("john_doe"), { _tag: "IgnoredFilter" }), /^Not to be trusted: .*user_identifier_key/)
})

Deno.test("describe() says what to do about other failures", async () => {
  assert.match(await run(describe("jane_doe"), { _tag: "RateLimited", retryAfter: "7" }), /try again in 7 s/)
})
