/**
 * Canaries: every secret that goes in is written, in many spellings, into every place that a server, a runtime or a
 * middleware can write to, and then looked for in everything that a program, a log or a trace could show.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import assert from "node:assert/strict"
import { inspect } from "node:util"
import {
  ClientSessions,
  type ClientSessionsOptions,
  Credentials,
  type ListError,
  type SeamConfigurationError
} from "../mod.ts"
import {
  accessToken,
  apiKey,
  asked,
  assertNoneOf,
  byRuntime,
  byServer,
  canaries,
  errorLike,
  filter,
  jwt,
  sessionToken,
  tried,
  utf8Header,
  workspace
} from "./internal/canaries.ts"
import { adjust, httpOf, ok, once, recordingTracer, type Respond } from "./internal/testing.ts"
import * as Metrics from "./metrics.ts"

type Transform = NonNullable<ClientSessionsOptions["transformClient"]>

const failingWith = (error: unknown): Transform => () => ({ execute: () => Effect.fail(error) })

/** Where a middleware can write. */
const byMiddleware: Readonly<Record<string, (text: string) => Transform>> = {
  "the error of a middleware": (text) => failingWith(Object.assign(errorLike(text), { _tag: text, text })),
  "an error of a middleware that is a text": failingWith,
  "HttpClient's error from a middleware": (text) => () => ({
    execute: (request) =>
      Effect.fail(
        new HttpClientError.HttpClientError({
          reason: new HttpClientError.TransportError({ request, cause: errorLike(text), description: text })
        })
      )
  }),
  "HttpClient's error for another request": (text) => () => ({
    execute: () =>
      Effect.fail(
        new HttpClientError.HttpClientError({
          reason: new HttpClientError.InvalidUrlError({
            request: HttpClientRequest.get(text, { headers: { "x-text": utf8Header(text) } }),
            cause: errorLike(text)
          })
        })
      )
  }),
  "a defect of a middleware": (text) => () => ({ execute: () => Effect.die(errorLike(text)) }),
  "what a middleware throws": (text) => () => ({
    execute: () => {
      throw errorLike(text)
    }
  })
}

type Failed = ListError | SeamConfigurationError

/** Everything that a program, a log or a trace could show of a call, and how it ended. */
const shownBy = async (
  call: Effect.Effect<unknown, ListError, ClientSessions>,
  respond: Respond,
  options: ClientSessionsOptions,
  during: Effect.Effect<unknown> = Effect.void
): Promise<readonly [exit: Exit.Exit<unknown, Failed>, shown: string]> => {
  const { spans, tracer } = recordingTracer()
  const lines: Array<string> = []
  const loggers = Logger.layer(
    [Logger.formatJson, Logger.formatLogFmt, Logger.formatSimple].map((format) =>
      Logger.map(format, (line) => void lines.push(line))
    )
  )
  const [exit, metrics] = await call.pipe(
    Effect.tapCause((cause) => Effect.logError("failed", cause)),
    Effect.tapError((error) => Effect.logError(error, error.message)),
    Effect.provide(Layer.provide(ClientSessions.layer(options), httpOf(respond))),
    Effect.exit,
    Effect.forkChild,
    Effect.tap(() => during),
    Effect.flatMap(Fiber.join),
    Effect.zip(Metric.snapshot),
    Effect.provide(Layer.merge(loggers, Metrics.layer)),
    Effect.provideService(References.MinimumLogLevel, "Debug"),
    Effect.provideService(Metric.MetricRegistry, new Map()),
    Effect.provideService(Tracer.Tracer, tracer),
    Effect.provide(TestClock.layer()),
    Effect.runPromise
  )
  const failure = Exit.isFailure(exit)
    ? exit.cause.reasons.map((reason) => Cause.isFailReason(reason) ? reason.error : reason)
    : []
  const things: ReadonlyArray<unknown> = [
    exit,
    ...Exit.isFailure(exit) ? [exit.cause] : [],
    ...failure,
    metrics,
    spans.map((span) => [span, [...span.attributes], span.events, span.status])
  ]
  const texts = things.flatMap((thing) => [
    JSON.stringify(thing, (_, value) => typeof value === "bigint" ? String(value) : value) ?? "",
    String(thing),
    inspect(thing, { depth: 20, showHidden: true, getters: true }),
    Deno.inspect(thing, { depth: 20, showHidden: true, getters: true }),
    thing instanceof Error ? `${thing.message}\n${thing.stack}\n${thing.cause}\n${thing.name}` : ""
  ])
  if (Exit.isFailure(exit)) texts.push(Cause.pretty(exit.cause), inspect(Cause.squash(exit.cause)))
  assert.ok(lines.length > 0 && spans.length > 0)
  return [exit, [...texts, ...lines].join("\n")]
}

const calls: ReadonlyArray<readonly [string, Effect.Effect<unknown, ListError, ClientSessions>]> = [
  ["list", ClientSessions.list(filter)],
  ["stream", Stream.runDrain(ClientSessions.stream(filter))]
]

/** Asserts that the call fails as a value, and that nothing of the text is shown. */
const assertSafe = async (
  call: Effect.Effect<unknown, ListError, ClientSessions>,
  texts: ReadonlyArray<string>,
  respond: Respond,
  options: ClientSessionsOptions
): Promise<void> => {
  const [exit, shown] = await shownBy(call, respond, options)
  assert.ok(Exit.isFailure(exit) && exit.cause.reasons.every(Cause.isFailReason), "not a failure")
  assert.ok(shown.length > 500)
  assertNoneOf(shown, [...canaries, ...texts])
}

for (const [name, call] of calls) {
  for (const [places, who] of [[byServer, "server"], [byRuntime, "runtime"]] as const) {
    for (const [place, respond] of Object.entries(places)) {
      Deno.test(`${name}() shows nothing that a ${who} writes into ${place}`, async () => {
        for (const spell of tried) {
          const spelled = canaries.map(spell)
          await assertSafe(call, spelled, respond(spelled.join(" ")), {
            credentials: Credentials.ApiKey(apiKey),
            ...once
          })
        }
      })
    }
  }

  for (const [place, transform] of Object.entries(byMiddleware)) {
    Deno.test(`${name}() shows nothing that a middleware writes into ${place}`, async () => {
      for (const spell of tried) {
        const spelled = canaries.map(spell)
        await assertSafe(call, spelled, () => ok(), {
          credentials: Credentials.ApiKey(apiKey),
          transformClient: transform(spelled.join(" ")),
          ...once
        })
      }
    })
  }
}

for (const [name, call] of calls) {
  Deno.test(`${name}() shows nothing of what was written in an attempt that is made again`, async () => {
    for (const spell of tried) {
      const spelled = canaries.map(spell)
      const text = spelled.join(" ")
      let requests = 0
      const respond: Respond = () =>
        ++requests === 1
          ? Promise.reject(errorLike(text))
          : Response.json({ error: { type: text, message: text } }, {
            status: 503,
            headers: { "seam-request-id": utf8Header(text) }
          })
      const [exit, shown] = await shownBy(
        call,
        respond,
        { credentials: Credentials.ApiKey(apiKey) },
        adjust("1 second")
      )
      assert.ok(Exit.isFailure(exit))
      assert.equal(requests, 3)
      assert.match(shown, /ClientSessions\.retry/)
      assertNoneOf(shown, [...canaries, ...spelled])
    }
  })
}

const credentials = {
  "an API key": [apiKey, Credentials.ApiKey(apiKey)],
  "a personal access token": [accessToken, Credentials.PersonalAccessToken(accessToken, workspace)],
  "a console session": [jwt, Credentials.ConsoleSession(jwt, workspace)],
  "a key of an odd shape": ["seam_odd!canary$%~", Credentials.ApiKey("seam_odd!canary$%~")],
  "a console session that is one word": ["eycanaryword", Credentials.ConsoleSession("eycanaryword", workspace)]
} as const

for (const [kind, [secret, made]] of Object.entries(credentials)) {
  Deno.test(`list() shows no request id that a server makes of ${kind}, a token or a value of the filter`, async () => {
    for (const canary of [secret, ...canaries]) {
      for (const spell of tried) {
        const id = utf8Header(spell(canary))
        for (const status of [200, 401, 503]) {
          const respond = () => new Response("no", { status, headers: { "seam-request-id": id } })
          const [exit, shown] = await shownBy(ClientSessions.list(filter), respond, { credentials: made, ...once })
          assert.ok(Exit.isFailure(exit))
          assertNoneOf(shown, [secret, canary, spell(canary), id])
        }
      }
    }
  })

  Deno.test(`list() shows nothing of ${kind} where a server sends it back, and the server's words to whoever asks`, async () => {
    const respond: Respond = ({ headers }) =>
      Response.json({ error: { message: headers.get("authorization") } }, { status: 401 })
    const [exit, shown] = await shownBy(ClientSessions.list(filter), respond, { credentials: made, ...once })
    const [reason] = Exit.isFailure(exit) ? exit.cause.reasons : []
    assert.ok(reason !== undefined && Cause.isFailReason(reason) && reason.error._tag === "SeamUnauthorized")
    const { body, serverMessage } = reason.error
    assert.ok(serverMessage !== undefined)
    assert.equal(Redacted.value(serverMessage), `Bearer ${secret}`)
    assert.ok(Redacted.value(body).includes(secret))
    assertNoneOf(shown, [secret])
  })
}

Deno.test("list() keeps nothing of the sessions of a 200 that it refuses, not even as Redacted", async () => {
  const answers = [
    JSON.stringify({ client_sessions: [asked], ok: false }),
    JSON.stringify({ ok: true, client_sessions: [asked, { ...asked, token: 5 }] }),
    JSON.stringify([asked]),
    JSON.stringify({ data: [asked] }),
    JSON.stringify({ client_sessions: { first: asked } }),
    JSON.stringify({ client_session: asked }),
    `${JSON.stringify(asked)}\n${JSON.stringify(asked)}\n`,
    `)]}',\n${JSON.stringify({ client_sessions: [asked] })}`,
    `callback(${JSON.stringify(asked)})`,
    JSON.stringify(JSON.stringify({ client_sessions: [asked] })),
    `data: ${JSON.stringify(asked)}\n\n`,
    `<script>${JSON.stringify(asked)}</script>`,
    JSON.stringify({ Token: sessionToken, TOKEN: sessionToken }),
    ` ${JSON.stringify({ client_sessions: [asked] })}x`
  ]
  for (const answer of answers) {
    const [exit] = await shownBy(ClientSessions.list(filter), () => new Response(answer), {
      credentials: Credentials.ApiKey(apiKey),
      ...once
    })
    const [reason] = Exit.isFailure(exit) ? exit.cause.reasons : []
    assert.ok(reason !== undefined && Cause.isFailReason(reason) && reason.error._tag === "SeamInvalidResponse")
    const body = Redacted.value(reason.error.body)
    assert.ok(answer.startsWith(body) && !/\[|client_session|token/.test(body), body)
    assertNoneOf(body, canaries)
  }
})

Deno.test("list() logs sessions without their tokens", async () => {
  const call = Effect.tap(ClientSessions.list(filter), (sessions) => Effect.logInfo("sessions", sessions))
  const [exit, shown] = await shownBy(call, () => ok(asked), { credentials: Credentials.ApiKey(apiKey) })
  assert.ok(Exit.isSuccess(exit))
  assert.ok(shown.includes(filter.client_session_id))
  assertNoneOf(shown, [sessionToken, apiKey])
})

Deno.test("a filter that is refused is not shown", async () => {
  for (const canary of canaries) {
    const wrong = [
      { [canary]: canary },
      { client_session_id: [canary] },
      { client_session_id: canary, x: canary },
      canary
    ]
    for (const input of wrong) {
      const call: Effect.Effect<unknown, ListError, ClientSessions> = Reflect.apply(ClientSessions.list, undefined, [
        input
      ])
      await assertSafe(call, [], () => ok(), { credentials: Credentials.ApiKey(apiKey) })
    }
  }
})

Deno.test("a client, its credentials and its layer show no secret", async () => {
  const made = await Effect.runPromise(Credentials.ApiKey(apiKey))
  const options = { credentials: made }
  const layer = ClientSessions.layer(options).pipe(Layer.provide(httpOf(() => ok())))
  const service = await Effect.runPromise(Effect.provide(ClientSessions, layer))
  const calls = [service.list(filter), service.stream(filter), ClientSessions.list(filter)]
  for (const thing of [made, options, layer, service, ClientSessions, Credentials.ApiKey(apiKey), calls]) {
    const shown = [
      inspect(thing, { depth: 20, showHidden: true }),
      Deno.inspect(thing, { depth: 20 }),
      JSON.stringify(thing),
      String(thing)
    ].join("\n")
    assertNoneOf(shown, [apiKey])
  }
})
