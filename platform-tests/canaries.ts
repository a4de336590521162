/**
 * A program of somebody who has installed the package: it fails in every way that a server can write something into, and
 * prints the failures as its runtime prints them. `package_test.ts` runs it under Node and Bun, and looks for what the
 * server has written.
 *
 * @module
 */
import { ClientSessions, Credentials } from "@seam-effect/client-sessions"
import * as Metrics from "@seam-effect/client-sessions/metrics"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"

const canary = "seam_CANARY_9f"

const answers: ReadonlyArray<() => Promise<Response>> = [
  ...[400, 401, 404, 429, 500, 200].map((status) => () =>
    Promise.resolve(
      Response.json({ ok: false, error: { type: canary, message: canary, validation_errors: { [canary]: canary } } }, {
        status,
        headers: { "seam-request-id": canary, "retry-after": canary, "x-error": canary }
      })
    )
  ),
  () => Promise.resolve(new Response(`<html>${canary}</html>`)),
  () => Promise.reject(Object.assign(new TypeError(canary, { cause: new Error(canary) }), { code: canary, canary })),
  () => Promise.reject(canary)
]

const failing = (answer: () => Promise<Response>) =>
  ClientSessions.list({ user_identifier_key: canary }).pipe(
    Effect.tapCause((cause) => Effect.logError("failed", cause)),
    Effect.provide(
      ClientSessions.layer({ credentials: Credentials.ApiKey(canary), retry: { attempts: 2, baseDelay: "1 milli" } })
    ),
    Effect.provide(FetchHttpClient.layer),
    Effect.provide(Layer.succeed(FetchHttpClient.Fetch, answer)),
    Effect.exit
  )

const program = Effect.gen(function*() {
  let failures = 0
  for (const answer of answers) {
    const exit = yield* failing(answer)
    if (exit._tag === "Success") continue
    failures++
    console.log(exit, exit.cause, Cause.pretty(exit.cause), JSON.stringify(exit))
    for (const reason of exit.cause.reasons) {
      if (!Cause.isFailReason(reason)) continue
      const { error } = reason
      console.log(error, String(error), error.stack, JSON.stringify(error), { error }, error._tag)
    }
  }
  console.log(yield* Metric.snapshot)
  console.log(`${failures} failures`)
})

await Effect.runPromise(
  program.pipe(
    Effect.provide(Metrics.layer),
    Effect.provide(Logger.layer([Logger.consolePretty(), Logger.consoleJson]))
  )
)
