import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import assert from "node:assert/strict"
import { inspect } from "node:util"
import { ClientSessions, type ClientSessionsOptions, Credentials, SeamConfigurationError } from "../../mod.ts"
import { httpOf, ok } from "../internal/testing.ts"
import { Simulator } from "../simulator/mod.ts"

const key = "seam_apikey1_abcdef"
const accessToken = "seam_at1_ghijkl"
const workspace = "b887bf84-9849-4454-a562-cf84293d9781"

type Options = Partial<ClientSessionsOptions>

/** Where a client that `layerConfig` makes sends its request, and with what, or why there is none. */
const built = async (
  options: Options,
  provider: ConfigProvider.ConfigProvider
): Promise<readonly [url: string, authorization: string | null, workspace: string | null] | SeamConfigurationError> => {
  const requests: Array<Request> = []
  const layer = ClientSessions.layerConfig(options).pipe(
    Layer.provide(httpOf((request) => (requests.push(request), ok()))),
    Layer.provide(Layer.succeed(ConfigProvider.ConfigProvider, provider))
  )
  const error = await ClientSessions.list().pipe(
    Effect.as(undefined),
    Effect.provide(layer),
    Effect.catchTag("SeamConfigurationError", (error) => Effect.succeed(error)),
    Effect.runPromise
  )
  const [request] = requests
  if (error !== undefined) return error
  assert.ok(request !== undefined)
  return [
    new URL(request.url).origin,
    request.headers.get("authorization"),
    request.headers.get("seam-workspace")
  ]
}

const from = (env: Record<string, unknown>): ConfigProvider.ConfigProvider => ConfigProvider.fromUnknown(env)

/** A provider that counts what it is asked for. */
const counting = (env: Record<string, string>) => {
  const asked: Array<string> = []
  const provider = ConfigProvider.make((path) => {
    const name = path.join(".")
    asked.push(name)
    const value = env[name]
    return Effect.succeed(value === undefined ? undefined : ConfigProvider.makeValue(value))
  })
  return { asked, provider }
}

const home = "https://connect.getseam.com"
const staging = "https://staging.example"

const configurations: ReadonlyArray<[string, Record<string, string>, Options, Awaited<ReturnType<typeof built>>]> = [
  ["an API key", { SEAM_API_KEY: key }, {}, [home, `Bearer ${key}`, null]],
  [
    "an API key, though a workspace is set and the access token is empty",
    { SEAM_API_KEY: key, SEAM_WORKSPACE_ID: workspace, SEAM_PERSONAL_ACCESS_TOKEN: "" },
    {},
    [home, `Bearer ${key}`, null]
  ],
  [
    "an access token and its workspace",
    { SEAM_PERSONAL_ACCESS_TOKEN: accessToken, SEAM_WORKSPACE_ID: workspace },
    {},
    [home, `Bearer ${accessToken}`, workspace]
  ],
  ["the endpoint", { SEAM_API_KEY: key, SEAM_ENDPOINT: staging }, {}, [staging, `Bearer ${key}`, null]],
  ["no endpoint where it is empty", { SEAM_API_KEY: key, SEAM_ENDPOINT: "" }, {}, [home, `Bearer ${key}`, null]],
  [
    "the endpoint, whatever other options are given",
    { SEAM_API_KEY: key, SEAM_ENDPOINT: staging },
    { verify: false, timeout: "1 second" },
    [staging, `Bearer ${key}`, null]
  ],
  [
    "the endpoint for credentials that are given",
    { SEAM_API_KEY: key, SEAM_ENDPOINT: staging },
    { credentials: Credentials.ApiKey("seam_given") },
    [staging, "Bearer seam_given", null]
  ],
  [
    "the key for an endpoint that is given",
    { SEAM_API_KEY: key, SEAM_ENDPOINT: staging },
    { endpoint: "https://given.example" },
    ["https://given.example", `Bearer ${key}`, null]
  ]
]

for (const [name, env, options, expected] of configurations) {
  Deno.test(`layerConfig() reads ${name}`, async () => {
    assert.deepEqual(await built(options, from(env)), expected)
  })
}

const refused: ReadonlyArray<[string, Record<string, unknown>, RegExp, SeamConfigurationError["option"]]> = [
  ["nothing", {}, /^Set SEAM_API_KEY/, "credentials"],
  ["an empty key", { SEAM_API_KEY: "" }, /^Set SEAM_API_KEY/, "credentials"],
  [
    "both kinds",
    { SEAM_API_KEY: key, SEAM_PERSONAL_ACCESS_TOKEN: accessToken, SEAM_WORKSPACE_ID: workspace },
    /^Both .* keep one/,
    "credentials"
  ],
  ["a token without workspace", { SEAM_PERSONAL_ACCESS_TOKEN: accessToken }, /SEAM_WORKSPACE_ID/, "credentials"],
  ["a token in the key's place", { SEAM_API_KEY: accessToken }, /personal access token/, "credentials"],
  ["a key with a line break", { SEAM_API_KEY: `${key}\n` }, /line breaks/, "credentials"],
  ["a key that isn't text", { SEAM_API_KEY: { abcdef: "abcdef" } }, /^Set SEAM_API_KEY/, "credentials"],
  ["an endpoint in clear", { SEAM_API_KEY: key, SEAM_ENDPOINT: "http://abcdef.example" }, /https URL/, "endpoint"],
  ["an endpoint with a user", { SEAM_API_KEY: key, SEAM_ENDPOINT: "https://abcdef@x.example" }, /https URL/, "endpoint"]
]

for (const [name, env, words, option] of refused) {
  Deno.test(`layerConfig() with ${name} is a configuration error that shows no value`, async () => {
    const error = await built({}, from(env))
    assert.ok(error instanceof SeamConfigurationError)
    assert.match(error.message, words)
    assert.equal(error.option, option)
    assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /abcdef|ghijkl/)
  })
}

Deno.test("layerConfig() asks for no variable whose option is given", async () => {
  const { asked, provider } = counting({})
  await built({ credentials: Credentials.ApiKey(key), endpoint: staging }, provider)
  assert.deepEqual(asked, [])
  await built({ credentials: Credentials.ApiKey(key) }, provider)
  assert.deepEqual(asked, ["SEAM_ENDPOINT"])
})

Deno.test("layerConfig() where the source can't be read is a configuration error", async () => {
  const sources = [
    ConfigProvider.make(() => Effect.fail(new ConfigProvider.SourceError({ message: "abcdef" }))),
    ConfigProvider.make(() => Effect.die(new Error("abcdef"))),
    ConfigProvider.make(() => {
      throw new Error("abcdef")
    })
  ]
  for (const source of sources) {
    const error = await built({}, source)
    assert.ok(error instanceof SeamConfigurationError)
    assert.match(error.message, /^SEAM_\w+ could not be read/)
    assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes("abcdef"))
  }
})

Deno.test("layer() and make() read nothing from the environment", async () => {
  const { asked, provider } = counting({ SEAM_API_KEY: key, SEAM_ENDPOINT: staging })
  const urls: Array<string> = []
  const options = { credentials: Credentials.ApiKey("seam_given"), verify: false }
  const http = httpOf((request) => (urls.push(new URL(request.url).origin), ok()))
  await Effect.flatMap(ClientSessions.make(options), ({ list }) => list()).pipe(
    Effect.andThen(Effect.provide(ClientSessions.list(), ClientSessions.layer(options))),
    Effect.provide(http),
    Effect.provideService(ConfigProvider.ConfigProvider, provider),
    Effect.runPromise
  )
  assert.deepEqual(urls, [home, home])
  assert.deepEqual(asked, [])
})

/** What `examples/program.ts`, which lists over `layerFetch()`, says in a process of its own with no more leave than given. */
const runProgram = async (
  permissions: ReadonlyArray<string>,
  env: Record<string, string>
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> => {
  const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...permissions, "examples/program.ts", "jane_doe"],
    cwd: new URL("../..", import.meta.url).pathname,
    env: { NO_COLOR: "1", SEAM_PERSONAL_ACCESS_TOKEN: "", SEAM_WORKSPACE_ID: "", ...env }
  }).output()
  const [output = "", errors = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes))
  return { code, stdout: output, stderr: errors }
}

const four = "SEAM_API_KEY,SEAM_PERSONAL_ACCESS_TOKEN,SEAM_WORKSPACE_ID,SEAM_ENDPOINT"

Deno.test("layerFetch() works with leave to read the four variables and no others", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    Simulator.make({ workspaces: [Simulator.documented] }).fetch
  )
  const [apiKey = ""] = Simulator.documented.credentials.apiKeys
  const env = { SEAM_API_KEY: apiKey, SEAM_ENDPOINT: `http://127.0.0.1:${server.addr.port}` }
  const { code, stderr, stdout } = await runProgram(["--allow-net=127.0.0.1", `--allow-env=${four}`], env)
  assert.deepEqual([code, stderr, stdout], [0, "", "jane_doe: 0 of 1 sessions live.\n"])
})

Deno.test("layerFetch() without leave to read a variable is a configuration error", async () => {
  for (
    const permissions of [[], ["--allow-env=SEAM_ENDPOINT"], [`--allow-env=${four.replace(",SEAM_ENDPOINT", "")}`]]
  ) {
    const { code, stderr } = await runProgram(["--allow-net=127.0.0.1", ...permissions], { SEAM_API_KEY: key })
    assert.equal(code, 1)
    assert.match(stderr, /SeamConfigurationError.*SEAM_\w+ could not be read: allow it \(on Deno, --allow-env=SEAM_/)
    assert.doesNotMatch(stderr, /NotCapable|abcdef/)
  }
})
