import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import assert from "node:assert/strict"
import { ClientSessions, Credentials, type SeamConfigurationError } from "../mod.ts"
import { example, httpOf, ok } from "./internal/testing.ts"

const key = "seam_apikey1_abcdef"
const pat = "seam_at1_ghijkl"
const jwt = "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl"
const cst = "seam_cst1_mnopqr"
const pk = "seam_pk1_stuvwx"
const workspace = "b887bf84-9849-4454-a562-cf84293d9781"

/** What a request carries when the client uses these credentials. */
const sent = async (credentials: Effect.Effect<Credentials, SeamConfigurationError>): Promise<Headers> => {
  let headers = new Headers()
  const layer = ClientSessions.layer({ credentials }).pipe(Layer.provide(httpOf((request) => {
    headers = request.headers
    return ok(example)
  })))
  await Effect.runPromise(Effect.provide(ClientSessions.list(), layer))
  return headers
}

Deno.test("ApiKey() goes as a bearer token, without a workspace", async () => {
  for (const token of [key, Redacted.make(key)]) {
    const headers = await sent(Credentials.ApiKey(token))
    assert.equal(headers.get("authorization"), `Bearer ${key}`)
    assert.equal(headers.get("seam-workspace"), null)
  }
})

Deno.test("PersonalAccessToken() goes with its workspace", async () => {
  const headers = await sent(Credentials.PersonalAccessToken(pat, workspace))
  assert.equal(headers.get("authorization"), `Bearer ${pat}`)
  assert.equal(headers.get("seam-workspace"), workspace)
})

Deno.test("ConsoleSession() goes with its workspace", async () => {
  const headers = await sent(Credentials.ConsoleSession(jwt, workspace))
  assert.equal(headers.get("authorization"), `Bearer ${jwt}`)
  assert.equal(headers.get("seam-workspace"), workspace)
})

const refused: ReadonlyArray<[string, Effect.Effect<Credentials, SeamConfigurationError>, RegExp]> = [
  [
    "ApiKey() of a personal access token",
    Credentials.ApiKey(pat),
    /personal access token.*Credentials\.PersonalAccessToken/
  ],
  ["ApiKey() of a JWT", Credentials.ApiKey(jwt), /console session token.*Credentials\.ConsoleSession/],
  ["ApiKey() of a client session token", Credentials.ApiKey(cst), /client session token: it is not accepted/],
  ["ApiKey() of a publishable key", Credentials.ApiKey(pk), /publishable key: it is not accepted/],
  ["ApiKey() of something else", Credentials.ApiKey("hunter2-abcdef"), /starts with "seam_"/],
  ["ApiKey() of an empty string", Credentials.ApiKey(""), /non-empty/],
  ["ApiKey() of a redacted non-string", Credentials.ApiKey(Redacted.make(JSON.parse("5"))), /non-empty string/],
  ["ApiKey() of nothing", Credentials.ApiKey(JSON.parse("null")), /non-empty string/],
  ["ApiKey() with a line break", Credentials.ApiKey(`${key}\n`), /line breaks/],
  ["ApiKey() with a header in it", Credentials.ApiKey(`${key}\r\nx-evil: 1`), /line breaks/],
  ["ApiKey() with a space", Credentials.ApiKey(` ${key}`), /spaces/],
  ["ApiKey() with a letter that isn't ASCII", Credentials.ApiKey(`${key}é`), /other characters/],
  [
    "PersonalAccessToken() of an API key",
    Credentials.PersonalAccessToken(key, workspace),
    /an API key.*Credentials\.ApiKey/
  ],
  [
    "PersonalAccessToken() without a workspace",
    Credentials.PersonalAccessToken(pat, ""),
    /ID of the token's workspace/
  ],
  [
    "PersonalAccessToken() with the arguments swapped",
    Credentials.PersonalAccessToken(workspace, pat),
    /personal access token/
  ],
  [
    "PersonalAccessToken() with a token for a workspace",
    Credentials.PersonalAccessToken(pat, pat),
    /ID of the token's workspace/
  ],
  [
    "PersonalAccessToken() with a line break in the workspace",
    Credentials.PersonalAccessToken(pat, `${workspace}\n`),
    /line breaks/
  ],
  ["ConsoleSession() of an API key", Credentials.ConsoleSession(key, workspace), /an API key/],
  ["ConsoleSession() of a client session token", Credentials.ConsoleSession(cst, workspace), /client session token/]
]

for (const [name, credentials, words] of refused) {
  Deno.test(`${name} is refused, and not shown`, async () => {
    const error = await Effect.runPromise(Effect.flip(credentials))
    assert.equal(error._tag, "SeamConfigurationError")
    assert.equal(error.option, "credentials")
    assert.match(error.message, words)
    const shown = [error.message, error.stack ?? "", JSON.stringify(error), Deno.inspect(error, { depth: 9 })].join(
      "\n"
    )
    for (const secret of ["abcdef", "ghijkl", "c2lnbm", "mnopqr", "stuvwx"]) assert.ok(!shown.includes(secret), shown)
  })
}

Deno.test("layer() checks credentials that were put together by hand", async () => {
  const layer = ClientSessions.layer({ credentials: { _tag: "ApiKey", token: Redacted.make("seam_x\nabcdef") } }).pipe(
    Layer.provide(httpOf(() => ok()))
  )
  const error = await Effect.runPromise(Effect.flip(Effect.provide(ClientSessions.list(), layer)))
  assert.equal(error._tag, "SeamConfigurationError")
})

Deno.test("ApiKey() refuses a redacted key that has been wiped", async () => {
  const token = Redacted.make("seam_abcdef")
  Redacted.wipeUnsafe(token)
  const error = await Effect.runPromise(Effect.flip(Credentials.ApiKey(token)))
  assert.match(error.message, /a non-empty string/)
})

Deno.test("make(), layer() and layerConfig() refuse what are no options, without a defect", async () => {
  for (const json of ["null", "5", "\"seam_abcdef\""]) {
    // As JavaScript would pass it.
    const options = JSON.parse(json)
    const made: ReadonlyArray<Effect.Effect<unknown, SeamConfigurationError>> = [
      Effect.provide(ClientSessions.make(options), httpOf(() => ok())),
      ...[ClientSessions.layer(options), ClientSessions.layerConfig(options)].map((layer) =>
        Effect.provide(ClientSessions, Layer.provide(layer, httpOf(() => ok())))
      )
    ]
    for (const effect of made) {
      const error = await effect.pipe(
        Effect.flip,
        Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown({})),
        Effect.runPromise
      )
      assert.equal(error._tag, "SeamConfigurationError", json)
    }
  }
})

Deno.test("layer() refuses credentials that no constructor made, without a defect", async () => {
  for (const credentials of [undefined, null, "seam_abcdef", {}, { _tag: "Other" }, { _tag: "ApiKey" }]) {
    // As JavaScript, or a type assertion in somebody's program, would pass it.
    const make: Effect.Effect<unknown, SeamConfigurationError, HttpClient.HttpClient> = Reflect.apply(
      ClientSessions.make,
      ClientSessions,
      [{ credentials }]
    )
    const error = await Effect.runPromise(Effect.flip(Effect.provide(make, httpOf(() => ok()))))
    assert.equal(error.option, "credentials")
    assert.ok(!Deno.inspect(error).includes("abcdef"))
  }
})
