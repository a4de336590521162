/**
 * Every secret that goes in is searched for in everything that comes out.
 */
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Tracer from "effect/Tracer"
import assert from "node:assert/strict"
import { inspect } from "node:util"
import { ClientSessions, type ConfigurationError, Credentials, type ListError } from "../mod.ts"
import { example, httpOf, ok, type Respond } from "./internal/testing.ts"

const user = "jane \"doe\" <jane@example.com>"
const sessionToken = "seam_cst1_SESSIONSECRET_Zz"

const credentials: ReadonlyArray<[string, string, Effect.Effect<Credentials, ConfigurationError>]> = [
  ["an API key", "seam_APIKEYSECRET_9f", Credentials.ApiKey("seam_APIKEYSECRET_9f")],
  ["a personal access token", "seam_at1_PATSECRET", Credentials.PersonalAccessToken("seam_at1_PATSECRET", "ws")],
  ["a JWT", "eyJWTSECRET.eyBODY.SIGNATURE", Credentials.ConsoleSession("eyJWTSECRET.eyBODY.SIGNATURE", "ws")],
  // A secret that no pattern knows: only the client's own knowledge of it can take it out.
  ["a key of an odd shape", "seam_odd!SECRET$%~", Credentials.ApiKey("seam_odd!SECRET$%~")]
]

/** Fragments that no output may contain. */
const fragments = ["SECRET", "SIGNATURE", "jane@example", "jane%40example"]

const session = { ...example, token: sessionToken, user_identifier_key: user }

/** What a hostile or careless server writes back: everything it knows, in every spelling. */
const leak = (secret: string): string =>
  [secret, `Bearer ${secret}`, JSON.stringify(user), user, encodeURIComponent(user), sessionToken, `token=${secret}.`]
    .join(" ")

const envelope = (secret: string): string =>
  JSON.stringify({
    ok: false,
    error: {
      type: leak(secret),
      message: leak(secret),
      validation_errors: { _errors: [leak(secret)], [leak(secret)]: { _errors: [leak(secret)] } }
    }
  })

/** The same, with names that are secrets themselves. */
const named = (secret: string): string =>
  JSON.stringify({ error: { type: secret, message: "no", validation_errors: { [secret]: { _errors: ["no"] } } } })

const broken = (message: string): Response =>
  new Response(
    new ReadableStream({ pull: (controller) => controller.error(new Error(message, { cause: new Error(message) })) })
  )

const answers = (secret: string): ReadonlyArray<[string, Respond]> => {
  const headers = { "seam-request-id": leak(secret).slice(0, 60), "retry-after": secret }
  return [
    ["200", () => ok(session)],
    ["200, malformed", () => ok({ ...session, token: 5, created_at: leak(secret), [secret]: secret }, leak(secret))],
    [
      "200, secrets in the wrong places",
      () => ok({ ...session, token: [sessionToken, secret], user_identifier_key: { [secret]: user } }, [secret, user])
    ],
    [
      "200, JSON until a secret",
      () => new Response(`{"client_sessions":[{"token":SECRET${leak(secret)}}]}`, { headers })
    ],
    ["200, not JSON", () => new Response(`[${leak(secret)}`, { headers })],
    [
      "200, outside the filter",
      () => ok(session, { ...session, client_session_id: secret, user_identifier_key: secret })
    ],
    ...[302, 400, 401, 404, 429, 500, 503].flatMap((status): ReadonlyArray<[string, Respond]> => [
      [`${status}, envelope`, () => new Response(envelope(secret), { status, headers })],
      [`${status}, secrets for names`, () => new Response(named(secret), { status, headers })],
      [`${status}, text`, () => new Response(leak(secret), { status, headers })],
      // All but the end is one long token, so that the end is shown; and the cut falls into the secret there.
      [
        `${status}, cut off`,
        () =>
          new Response(
            `seam_${"x".repeat(16_384 - 6 - secret.indexOf("SECRET") - 6)} ${leak(secret)}`,
            { status, headers }
          )
      ],
      [`${status}, a page of secrets`, () => new Response(`${leak(secret)} `.repeat(200), { status, headers })]
    ]),
    ["no connection", () => Promise.reject(new TypeError(leak(secret), { cause: new Error(leak(secret)) }))],
    ["a rejection that is no error", () => Promise.reject(leak(secret))],
    ["a body that breaks off", () => broken(leak(secret))]
  ]
}

/** Everything that a program, a log or a trace could show of the outcome. */
const outputs = async (
  respond: Respond,
  credentials: Effect.Effect<Credentials, ConfigurationError>
): Promise<[Exit.Exit<unknown, ListError | ConfigurationError>, string]> => {
  const spans: Array<Tracer.NativeSpan> = []
  const lines: Array<string> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  const collect = Layer.mergeAll(Logger.layer([
    Logger.map(Logger.formatJson, (line) => void lines.push(line)),
    Logger.map(Logger.formatLogFmt, (line) => void lines.push(line)),
    Logger.map(Logger.formatSimple, (line) => void lines.push(line))
  ]))
  const layer = ClientSessions.layer({ credentials, retry: { attempts: 1 } }).pipe(Layer.provide(httpOf(respond)))
  const exit = await ClientSessions.list({ user_identifier_key: user, client_session_id: session.client_session_id })
    .pipe(
      Effect.tap((sessions) => Effect.log("sessions", sessions.map(({ user_identifier_key: _, ...rest }) => rest))),
      Effect.tapCause((cause) => Effect.logError("failed", cause)),
      Effect.tapError((error) => Effect.logError(error, error.message)),
      Effect.provide(layer),
      Effect.provide(collect),
      Effect.provideService(Tracer.Tracer, tracer),
      Effect.exit,
      Effect.runPromise
    )
  const failure = Exit.isFailure(exit)
    ? exit.cause.reasons.map((reason) => Cause.isFailReason(reason) ? reason.error : reason)
    : []
  const things: ReadonlyArray<unknown> = Exit.isSuccess(exit)
    // The user identifier key of a session that was asked for is data, not a leak; the token is never shown.
    ? exit.value.map(({ user_identifier_key: _, ...rest }) => rest)
    : [exit, exit.cause, ...failure, spans.map((span) => [span, [...span.attributes], span.events, span.status])]
  const texts = things.flatMap((thing) => [
    JSON.stringify(thing, (_, value) => typeof value === "bigint" ? String(value) : value) ?? "",
    String(thing),
    inspect(thing, { depth: 20, showHidden: true }),
    Deno.inspect(thing, { depth: 20 }),
    thing instanceof Error ? `${thing.message}\n${thing.stack}\n${thing.cause}\n${thing.name}` : ""
  ])
  if (Exit.isFailure(exit)) texts.push(Cause.pretty(exit.cause))
  assert.ok(lines.length > 0 && spans.length > 0)
  return [exit, [...texts, ...lines].join("\n")]
}

for (const [kind, secret, made] of credentials) {
  for (const [name, respond] of answers(secret)) {
    Deno.test(`no secret comes out: ${kind}, ${name}`, async () => {
      const [exit, shown] = await outputs(respond, made)
      assert.equal(Exit.isSuccess(exit), name === "200")
      assert.ok(Exit.isSuccess(exit) || exit.cause.reasons.every(Cause.isFailReason), "a defect")
      assert.ok(shown.length > 100)
      for (const fragment of [secret, ...fragments]) {
        const at = shown.indexOf(fragment)
        assert.equal(at, -1, at < 0 ? "" : `«${fragment}» in: ${shown.slice(Math.max(0, at - 200), at + 100)}`)
      }
    })
  }
}

Deno.test("no secret comes out of a client, its credentials or its layer", async () => {
  const secret = "seam_APIKEYSECRET_9f"
  const value = await Effect.runPromise(Credentials.ApiKey(secret))
  const layer = ClientSessions.layer({ credentials: value }).pipe(Layer.provide(httpOf(() => ok())))
  const service = await Effect.runPromise(Effect.provide(ClientSessions.use(Effect.succeed), layer))
  for (const thing of [value, layer, service, ClientSessions, Credentials.ApiKey(secret)]) {
    const shown = [
      inspect(thing, { depth: 20, showHidden: true }),
      Deno.inspect(thing, { depth: 20 }),
      JSON.stringify(thing),
      String(thing)
    ].join("\n")
    if (thing !== undefined) assert.ok(!shown.includes("SECRET"), shown)
  }
})

Deno.test("no secret comes out of a configuration that can't be used", async () => {
  const environments = [
    { SEAM_API_KEY: "seam_pk_SECRET" },
    { SEAM_API_KEY: "seam_SECRET\n" },
    { SEAM_API_KEY: "seam_SECRET", SEAM_PERSONAL_ACCESS_TOKEN: "seam_at_SECRET" },
    { SEAM_API_KEY: "seam_x", SEAM_ENDPOINT: "https://user:SECRET@example.com" },
    { SEAM_API_KEY: "seam_x", SEAM_ENDPOINT: "SECRET" },
    { SEAM_API_KEY: { nested: "SECRET" } }
  ]
  for (const env of environments) {
    const exit = await ClientSessions.list().pipe(
      Effect.provide(Layer.provide(ClientSessions.layerConfig, httpOf(() => ok()))),
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown(env)),
      Effect.exit,
      Effect.runPromise
    )
    assert.ok(Exit.isFailure(exit) && Cause.hasFails(exit.cause), JSON.stringify(env))
    const shown = [inspect(exit, { depth: 20, showHidden: true }), JSON.stringify(exit), Cause.pretty(exit.cause)].join(
      "\n"
    )
    assert.ok(!shown.includes("SECRET"), shown)
  }
})
