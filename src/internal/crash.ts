/**
 * For this project's own tests: a program that asks a server with every secret there is, and doesn't catch the failure.
 *
 * Its arguments are the endpoint and how it ends.
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { ClientSessions, Credentials } from "../../mod.ts"
import { apiKey, filter } from "./canaries.ts"

const [endpoint = "", how = ""] = Deno.args

const program = ClientSessions.make({ credentials: Credentials.ApiKey(apiKey), endpoint }).pipe(
  Effect.flatMap((client) => client.list(filter)),
  Effect.tapCause((cause) => Effect.logError("failed", cause)),
  Effect.provide(FetchHttpClient.layer)
)

/** How the program ends, by name. */
export const endings: Readonly<Record<string, () => unknown>> = {
  "a rejection": () => Effect.runPromise(program),
  "a rejection that nobody waits for": () => {
    Effect.runPromise(program)
    return new Promise((resolve) => setTimeout(resolve, 60_000))
  },
  "an exception": async () => {
    const exit = await Effect.runPromiseExit(program)
    if (Exit.isFailure(exit)) throw Cause.squash(exit.cause)
  },
  "a defect that it makes of the failure": () => Effect.runPromise(Effect.orDie(program))
}

if (import.meta.main) await endings[how]?.()
