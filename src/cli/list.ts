/**
 * `list`: client sessions as a table or as JSON.
 *
 * @module
 */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as Stdio from "effect/Stdio"
import * as Terminal from "effect/Terminal"
import { names } from "../client/environment.ts"
import { ClientSession } from "../ClientSession.ts"
import { ClientSessions } from "../ClientSessions.ts"
import type { SeamConfigurationError } from "../ConfigurationError.ts"
import { Credentials } from "../Credentials.ts"
import { Simulator } from "../simulator/mod.ts"
import { print, printError } from "./environment.ts"
import { type Failure, fromListError } from "./failure.ts"
import { flags, toFilter, validate } from "./filterFlags.ts"
import * as Loopback from "./loopback.ts"
import { escape } from "./printable.ts"
import * as Table from "./table.ts"
import * as World from "./world.ts"

// Whoever names an endpoint or a workspace means to reach it: then missing credentials are an error. If the variables
// can't be read, the client says so.
const isConfigured: Effect.Effect<boolean> = Config.all(
  names.map((name) => Config.String(name).pipe(Config.withDefault("")))
).pipe(
  Effect.map((values) => values.some((value) => value !== "")),
  Effect.orElseSucceed(() => true)
)

const embedded = (): Layer.Layer<ClientSessions, SeamConfigurationError> => {
  const workspaces = World.make(World.defaults)
  const [{ credentials: { apiKeys: [apiKey = ""] } }] = workspaces
  const layer = ClientSessions.layer({ credentials: Credentials.ApiKey(apiKey) })
  return Layer.provide(layer, Simulator.make({ workspaces }).layer)
}

const network = Layer.provide(FetchHttpClient.layer, Layer.effect(FetchHttpClient.Fetch, Loopback.makeFetch()))

const encode = Schema.encodeSync(ClientSession)

// The contract's answer, one session a line.
function* json(sessions: ReadonlyArray<ClientSession>, showTokens: boolean): Generator<string> {
  yield "{\"client_sessions\":["
  let separator = "\n"
  for (const session of sessions) {
    const { token, ...rest } = encode(session)
    yield separator + escape(JSON.stringify(showTokens ? { ...rest, token } : rest))
    separator = ",\n"
  }
  yield "\n],\"ok\":true}\n"
}

const notice = "No credentials set: these are an embedded simulator's. Set SEAM_API_KEY for yours."

const config = {
  ...flags,
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("Print JSON on a terminal too; in a pipe it is always JSON"),
    Flag.withDefault(false)
  ),
  showTokens: Flag.Boolean("show-tokens").pipe(
    Flag.withDescription("Print the sessions' tokens too: live secrets"),
    Flag.withDefault(false)
  ),
  showAnswer: Flag.Boolean("show-answer").pipe(
    Flag.withDescription("After a failure, print what the server or the runtime said too; secrets may be in it"),
    Flag.withDefault(false)
  ),
  endpoint: Flag.String("endpoint").pipe(
    Flag.withDescription("Where the API is, instead of SEAM_ENDPOINT or https://connect.getseam.com"),
    Flag.optional
  )
}

/** `list`. */
export const list: Command.Command<
  "list",
  Command.Command.Config.Infer<typeof config>,
  Record<never, never>,
  Failure | PlatformError,
  Stdio.Stdio | Terminal.Terminal
> = Command.make(
  "list",
  config,
  Effect.fnUntraced(function*(input) {
    const isEmbedded = Option.isNone(input.endpoint) && !(yield* isConfigured)
    const endpoint = Option.getOrUndefined(input.endpoint)
    const layer = isEmbedded
      ? embedded()
      : Layer.provide(ClientSessions.layerConfig(endpoint === undefined ? {} : { endpoint }), network)
    const terminal = yield* Terminal.Terminal
    const stdio = yield* Stdio.Stdio
    const columns = yield* terminal.columns
    const width = (yield* stdio.stderrIsTerminal) ? columns : Infinity
    const sessions = yield* ClientSessions.list(toFilter(input)).pipe(
      Effect.provide(layer),
      Effect.mapError((error) => fromListError(error, { showAnswer: input.showAnswer, columns: width }))
    )
    if (isEmbedded) yield* printError(notice)
    if (input.json || !(yield* stdio.stdoutIsTerminal)) return yield* print(json(sessions, input.showTokens))
    yield* print([Table.render(sessions, { width: columns, showTokens: input.showTokens })])
  })
).pipe(
  Command.validate((input: Command.Command.Config.Infer<typeof config>) => validate(input)),
  Command.withShortDescription("List client sessions"),
  Command.withDescription(`List client sessions: as a table on a terminal, as JSON in a pipe.

  Credentials come from SEAM_API_KEY, or SEAM_PERSONAL_ACCESS_TOKEN with SEAM_WORKSPACE_ID; the endpoint
  from SEAM_ENDPOINT. Without any of them, the sessions are those of an embedded simulator.

  Exit codes: 2 wrong usage, filter or configuration; 3 unauthorized; 4 bad request; 5 rate limited, or
  another error of the server; 6 no connection, or too slow; 7 an answer that breaks the contract.`),
  Command.withExamples([
    { command: "deno task list", description: "All sessions" },
    { command: "deno task list --user-identifier-key jane_doe", description: "One user's" },
    { command: "deno task list --json | jq '.client_sessions[].client_session_id'", description: "Their IDs" },
    {
      command: "SEAM_API_KEY=… deno task list --endpoint http://127.0.0.1:3020",
      description: "Those of a simulator that `deno task serve` runs"
    }
  ])
)
