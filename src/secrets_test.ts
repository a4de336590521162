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
  type ListFilter,
  type SeamConfigurationError
} from "../mod.ts"
import { adjust, example, httpOf, ok, once, quick, recordingTracer, type Respond } from "./internal/testing.ts"
import * as Metrics from "./metrics.ts"

const workspace = "b887bf84-9849-4454-a562-cf84293d9781"
const apiKey = "seam_canarykey_9fQ2"
const accessToken = "seam_at1_canarypat_7xK"
const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.Y2FuYXJ5c2ln"
const sessionToken = "seam_cst1canarytoken_Zz8"

const filter: Required<ListFilter> = {
  client_session_id: "c0ffee00-aaaa-4bbb-8ccc-canaryid0001",
  connect_webview_id: "canary-webview-7",
  user_identifier_key: "canary.user+\"7\" <jane@example.org>",
  user_identity_id: "c0ffee11-aaaa-4bbb-8ccc-dddddddddddd",
  without_user_identifier_key: false
}

/** Everything that must not come out. */
const canaries: ReadonlyArray<string> = [
  apiKey,
  accessToken,
  jwt,
  sessionToken,
  ...Object.values(filter).filter((value) => typeof value === "string")
]

const hex = (character: string): string => character.charCodeAt(0).toString(16).padStart(2, "0")
const each = (spell: (character: string) => string) => (text: string): string => Array.from(text, spell).join("")

/** Ways in which the same text may be written. */
const spellings: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  "in capitals": (text) => text.toUpperCase(),
  "in lower case": (text) => text.toLowerCase(),
  "after an escaped line break": (text) => `bad:\\n${text}`,
  "after an escaped space": (text) => `x%20${text}`,
  "after a word": (text) => `token_${text}`,
  "before a word": (text) => `${text}_was_wrong`,
  "after a backslash": (text) => `\\${text}`,
  "with backslashes": each((character) => `\\${character}`),
  "in JSON": (text) => JSON.stringify(text),
  "in JSON within JSON": (text) => JSON.stringify(JSON.stringify(text)),
  "in Unicode escapes": each((character) => `\\u00${hex(character)}`),
  "in hexadecimal escapes": each((character) => `\\x${hex(character)}`),
  "in a URL": encodeURIComponent,
  "in a URL, every octet": each((character) => `%${hex(character)}`),
  "in a URL within a URL": (text) => encodeURIComponent(encodeURIComponent(text)),
  "in HTML": (text) => text.replaceAll("\"", "&quot;").replaceAll("<", "&lt;").replaceAll("_", "&lowbar;"),
  "in HTML, by number": each((character) => `&#${character.charCodeAt(0)};`),
  "in HTML, by hexadecimal number": each((character) => `&#x${hex(character)};`),
  "with soft hyphens": each((character) => `${character}\u00ad`),
  "with joiners": each((character) => `${character}\u200d`),
  "in quotes": (text) => `'${text}'`,
  "in halves": (text) => `${text.slice(0, 8)} ${text.slice(8)}`,
  "backwards, with marks": (text) => `<${Array.from(text).reverse().join("")}>`,
  "in Base64": (text) => `=${btoa(text)}=`,
  "as an authorization": (text) => `Authorization: Bearer ${text}`
}

/** What a hostile or careless server writes: everything that it may know. */
type Written = string

const utf8Header = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("").replaceAll(/[\r\n\0]/g, " ")

const session = { ...example, ...filter, connect_webview_ids: ["a"], user_identity_ids: [], token: sessionToken }
const { without_user_identifier_key: _, connect_webview_id: __, ...listed } = session
const asked = { ...listed, connect_webview_ids: [filter.connect_webview_id] }

const broken = (start: string, error: unknown): Response => {
  let begun = false
  return new Response(
    new ReadableStream({
      pull: (controller) => {
        if (begun || start === "") return controller.error(error)
        begun = true
        controller.enqueue(new TextEncoder().encode(start))
      }
    })
  )
}

const errorLike = (text: string): Error =>
  Object.assign(new TypeError(text, { cause: new Error(text, { cause: { text } }) }), {
    code: text,
    name: text,
    hostname: text,
    path: text
  })

const statuses = [302, 400, 401, 404, 408, 429, 500, 503]

/** Where a server can write; each gives an answer to a request. */
const byServer: Readonly<Record<string, (text: Written) => Respond>> = {
  "a field of a session, in the place of another type": (text) => () =>
    ok({ ...asked, token: [text], device_count: text }),
  "the name of a field": (text) => () => ok({ ...asked, [text]: text, token: 5 }),
  "an element that is no session": (text) => () => ok(asked, text, [text], { [text]: text }),
  "a session outside the filter": (text) => () =>
    ok(asked, { ...asked, client_session_id: text, user_identifier_key: text }),
  "a member of the envelope": (text) => () => Response.json({ [text]: text, ok: text, client_sessions: text }),
  "an envelope that says ok: false": (text) => () =>
    Response.json({ ok: false, error: { type: text, message: text }, client_sessions: [asked] }),
  "JSON that isn't": (text) => () => new Response(`{"client_sessions":[{"token":${text}}]}`),
  "text": (text) => () => new Response(text),
  "the body of a 200 that breaks off": (text) => () => broken(`{"client_sessions":[{"${text}`, errorLike(text)),
  ...Object.fromEntries(statuses.flatMap((status): ReadonlyArray<[string, (text: Written) => Respond]> => [
    [`the envelope of a ${status}`, (text) => () =>
      Response.json({
        ok: false,
        error: {
          type: text,
          message: text,
          data: { [text]: text },
          validation_errors: {
            _errors: [text],
            [text]: { _errors: [text] },
            client_session_id: { _errors: [text], [text]: text }
          }
        }
      }, { status })],
    [`the text of a ${status}`, (text) => () => new Response(`${text} `.repeat(20), { status })],
    [
      `the end of the first 16 KiB of a ${status}`,
      (text) => () => new Response("x".repeat(16_384 - text.length / 2) + text, { status })
    ],
    [`the headers of a ${status}`, (text) => () =>
      new Response(null, {
        status,
        headers: {
          "retry-after": utf8Header(text),
          "content-type": utf8Header(text),
          location: utf8Header(text),
          "x-error": utf8Header(text)
        }
      })]
  ]))
}

/** Where a runtime can write: what `fetch` and a body reject with. */
const byRuntime: Readonly<Record<string, (text: Written) => Respond>> = {
  "the error of a connection": (text) => () => Promise.reject(errorLike(text)),
  "a rejection that is a text": (text) => () => Promise.reject(text),
  "a rejection that is an object": (text) => () =>
    Promise.reject({ message: text, toString: () => text, [text]: text }),
  "the error of a body": (text) => () => broken("", errorLike(text))
}

type Transform = NonNullable<ClientSessionsOptions["transformClient"]>

const failingWith = (error: unknown): Transform => () => ({ execute: () => Effect.fail(error) })

/** Where a middleware can write. */
const byMiddleware: Readonly<Record<string, (text: Written) => Transform>> = {
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

const assertNoneOf = (shown: string, texts: Iterable<string>): void => {
  for (const text of texts) {
    const at = shown.indexOf(text)
    assert.equal(at, -1, at < 0 ? "" : `«${text}» in: …${shown.slice(Math.max(0, at - 200), at + 100)}…`)
  }
}

/** The spellings that are tried: one in eight, unless there is time. */
const tried = Object.values(spellings).filter((_, at) => !quick || at % 8 === 0)

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
