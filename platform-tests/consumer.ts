/**
 * A program of somebody who has installed the package: compiled by `tsc`, and run by Node and Bun in `package_test.ts`.
 * It lists, it streams, it fails, and prints what came of that.
 *
 * @module
 */
import { type ClientSession, ClientSessions, Credentials, type ListError } from "@seam-effect/client-sessions"
import { Simulator } from "@seam-effect/client-sessions/simulator"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

const wrongKey = ClientSessions.layer({ credentials: Credentials.ApiKey("seam_wrong"), retry: { attempts: 1 } })

const program = Effect.gen(function*() {
  const listed: ReadonlyArray<ClientSession> = yield* ClientSessions.list({ user_identifier_key: "jane_doe" })
  const streamed: ReadonlyArray<ClientSession> = yield* Stream.runCollect(ClientSessions.stream())
  // @ts-expect-error There is no such filter; if types were lost, this would be none of the compiler's business.
  const misspelt: ListError = yield* Effect.flip(ClientSessions.list({ user_identifer_key: "jane_doe" }))
  const simulated = yield* Effect.flip(ClientSessions.list()).pipe(
    Effect.provide(wrongKey),
    Effect.provide(Simulator.make({ workspaces: [Simulator.documented] }).layer)
  )
  return {
    keys: [...new Set(listed.map((session) => session.user_identifier_key))],
    created: listed.map((session) => session.created_at.epochMilliseconds),
    tokens: listed.map((session) => String(session.token)),
    streamed: streamed.length,
    failures: [misspelt._tag, simulated._tag]
  }
})

Effect.runPromise(program.pipe(Effect.provide(ClientSessions.layerFetch()))).then((result) =>
  console.log(JSON.stringify(result))
)
