/**
 * How many of a user's sessions are live: an Effect program that lists them and deals with what can go wrong.
 *
 * ```sh
 * SEAM_API_KEY=… deno run --allow-net --allow-env examples/program.ts jane_doe
 * ```
 *
 * @module
 */
import { ClientSessions } from "@seam-effect/client-sessions"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"

/** One line about the user's sessions, or about why there is none. */
export const describe: (user: string) => Effect.Effect<string, never, ClientSessions> = Effect.fnUntraced(
  function*(user) {
    const now = yield* DateTime.now
    const sessions = yield* ClientSessions.list({ user_identifier_key: user })
    const live = sessions.filter(({ expires_at }) => DateTime.isGreaterThan(expires_at, now))
    return `${user}: ${live.length} of ${sessions.length} sessions live.`
  },
  Effect.catchTags({
    SeamInvalidFilter: () => Effect.succeed("Name a user."),
    SeamContractViolation: (error) => Effect.succeed(`Not to be trusted: ${error.message}`)
  }),
  // All others say in their message what to do.
  Effect.catch((error) => Effect.succeed(error.message))
)

if (import.meta.main) {
  const [user = ""] = Deno.args
  await Effect.runPromise(Effect.flatMap(describe(user), Console.log).pipe(Effect.provide(ClientSessions.layerFetch())))
}
