/**
 * `serve`: the simulator over HTTP.
 *
 * @module
 */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"
import type { Stdio } from "effect/Stdio"
import { isLoopback } from "../internal/loopback.ts"
import { Simulator } from "../simulator/mod.ts"
import * as Cors from "./cors.ts"
import { print } from "./environment.ts"
import { Failure, usage } from "./failure.ts"
import * as HttpServer from "./httpServer.ts"
import * as World from "./world.ts"

const authority = (hostname: string, port: number): string =>
  `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`

const refusal = (cause: unknown, port: number): Failure => {
  const code = Predicate.hasProperty(cause, "code") ? cause.code : undefined
  const message = code === "EADDRINUSE"
    ? `Port ${port} is in use: choose another with --port, or any free one with --port 0.`
    : code === "EACCES"
    ? `Port ${port} can't be used: choose another with --port.`
    : "That is no address of this machine: choose another with --hostname."
  return new Failure({ message, exitCode: usage })
}

const listen = Effect.fnUntraced(
  function*(options: HttpServer.ServerOptions): Effect.fn.Return<number, Failure, Scope.Scope> {
    const { hostname, port } = options
    // Node's server throws where nobody can catch it if Deno doesn't let it listen.
    const { state } = yield* Effect.promise(() =>
      Deno.permissions.request({ name: "net", host: authority(hostname, port) })
    )
    if (state !== "granted") {
      const message = "Deno lets nobody listen at that address: give it leave with --allow-net."
      return yield* Effect.fail(new Failure({ message, exitCode: usage }))
    }
    return yield* Effect.mapError(HttpServer.listen(options), (cause) => refusal(cause, port))
  }
)

const between = (name: string, fallback: number, max: number, description: string) => {
  const range = `0 to ${max}`
  return Flag.Int(name).pipe(
    Flag.withMetavar(range),
    Flag.filter((value) => value >= 0 && value <= max, () => range),
    Flag.withDescription(`${description}; default ${fallback}`),
    Flag.withDefault(fallback)
  )
}

const config = {
  port: between("port", 3020, 65_535, "The port; 0 picks a free one"),
  hostname: Flag.String("hostname").pipe(
    Flag.withMetavar("ADDRESS"),
    Flag.withDescription("The address to listen at; default 127.0.0.1, which only this machine reaches"),
    Flag.withDefault("127.0.0.1")
  ),
  cors: Flag.String("cors").pipe(
    Flag.withMetavar("scheme://host[:port]"),
    Flag.filter((origin) => Cors.originOf(origin) !== undefined, () => "scheme://host[:port]"),
    Flag.withDescription("The origin whose pages may ask, such as http://localhost:5173; default none"),
    Flag.optional
  ),
  sessions: between("sessions", World.defaults.sessions, 1_000_000, "How many sessions there are"),
  seed: between("seed", World.defaults.seed, 2 ** 31 - 1, "What they are made from: same seed, same sessions")
}

/** `serve`. */
export const serve: Command.Command<
  "serve",
  Command.Command.Config.Infer<typeof config>,
  Record<never, never>,
  Failure | PlatformError,
  Stdio
> = Command.make(
  "serve",
  config,
  Effect.fnUntraced(function*({ cors, hostname, port: wanted, seed, sessions }) {
    const workspaces = World.make({ seed, sessions })
    const [{ credentials, workspace_id }, ...others] = workspaces
    const { fetch } = Simulator.make({ workspaces })
    const origin = Option.flatMapNullishOr(cors, Cors.originOf)
    const handler = Option.isSome(origin) ? Cors.allow(origin.value, fetch) : fetch
    const port = yield* listen({ handler, hostname, port: wanted })
    const url = `http://${authority(hostname, port)}`
    const [apiKey = ""] = credentials.apiKeys
    const reach = isLoopback(new URL(url)) ? "" : "\nOther machines reach it, too."
    yield* print([`Seam's simulator at ${url}: ${sessions} sessions from seed ${seed}. Ctrl-C ends it.${reach}

API key                SEAM_API_KEY=${apiKey}
Personal access token  SEAM_PERSONAL_ACCESS_TOKEN=${credentials.personalAccessTokens} SEAM_WORKSPACE_ID=${workspace_id}
Of another workspace   SEAM_API_KEY=${others.flatMap(({ credentials }) => credentials.apiKeys)}

curl --include --request POST ${url}/client_sessions/list \\
  --header "Authorization: Bearer ${apiKey}" \\
  --json '{"user_identifier_key": "jane_doe"}'
`])
    return yield* Effect.never
  }, Effect.scoped)
).pipe(
  Command.withDescription("Serve a simulator of Seam's API, to this machine alone, with sessions made from a seed."),
  Command.withExamples([
    { command: "deno task serve --port 3020", description: "Until Ctrl-C" },
    { command: "deno task serve --sessions 200000 --seed 7", description: "A large workspace, always the same" }
  ])
)
