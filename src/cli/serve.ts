/**
 * `serve`: the simulator over HTTP.
 *
 * @module
 */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import type { Stdio } from "effect/Stdio"
import { Simulator } from "../simulator/mod.ts"
import { print } from "./environment.ts"
import { Failure, usage } from "./failure.ts"
import * as World from "./world.ts"

const hostname = "127.0.0.1"

const listen = (simulator: Simulator, port: number) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        const controller = new AbortController()
        const server = Deno.serve({ hostname, port, signal: controller.signal, onListen: () => {} }, simulator.fetch)
        return { controller, server }
      },
      catch: (cause) =>
        new Failure({
          message: cause instanceof Deno.errors.AddrInUse
            ? `Port ${port} is in use: choose another with --port, or any free one with --port 0.`
            : `Port ${port} can't be used: choose another with --port.`,
          exitCode: usage
        })
    }),
    ({ controller }) => Effect.sync(() => controller.abort())
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
  port: between("port", 3020, 65_535, "The port on 127.0.0.1; 0 picks a free one"),
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
  Effect.fnUntraced(function*({ port, seed, sessions }) {
    const workspaces = World.make({ seed, sessions })
    const [{ credentials, workspace_id }, ...others] = workspaces
    const { server } = yield* listen(Simulator.make({ workspaces }), port)
    const url = `http://${hostname}:${server.addr.port}`
    const [apiKey = ""] = credentials.apiKeys
    yield* print([`Seam's simulator at ${url}: ${sessions} sessions from seed ${seed}. Ctrl-C ends it.

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
  Command.withDescription("Serve a simulator of Seam's API on 127.0.0.1, with sessions made from a seed."),
  Command.withExamples([
    { command: "deno task serve --port 3020", description: "Until Ctrl-C" },
    { command: "deno task serve --sessions 200000 --seed 7", description: "A large workspace, always the same" }
  ])
)
