/**
 * The commands as tests run them: as processes, and in this one with a terminal of a known width.
 *
 * @module
 */
import type * as Command from "effect/cli/Command"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Terminal from "effect/Terminal"
import * as Environment from "./environment.ts"
import { main } from "./mod.ts"

/** What a command said, and how it ended. */
export interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const variables = ["SEAM_API_KEY", "SEAM_PERSONAL_ACCESS_TOKEN", "SEAM_WORKSPACE_ID", "SEAM_ENDPOINT"]

// As in the tasks of `deno.json`.
const permissions: Readonly<Record<string, ReadonlyArray<string>>> = {
  list: ["--allow-net", `--allow-env=${variables}`],
  serve: ["--allow-net=127.0.0.1,0.0.0.0,[::1],[::]"],
  contract: [
    "--allow-net",
    "--allow-read",
    "--allow-write",
    `--allow-env=${variables.slice(0, 3)},LOG_TOKENS,LOG_STREAM`
  ]
}

/** Starts a command as a process of its own, with the given permissions: by default no more than it needs. */
export const spawn = (
  [command = "", ...args]: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {},
  allowed: ReadonlyArray<string> = permissions[command] ?? []
): Deno.ChildProcess => {
  const [module, given] = command === "contract"
    ? ["../../scripts/contract/contract.ts", args]
    : ["mod.ts", [command, ...args]]
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...allowed, new URL(module, import.meta.url).pathname, ...given],
    env: { ...Object.fromEntries(variables.map((name) => [name, ""])), NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped"
  }).spawn()
}

/** Runs a command as a process of its own, to its end. */
export const run = async (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {},
  allowed?: ReadonlyArray<string>
): Promise<Outcome> => {
  const { code, stderr, stdout } = await spawn(args, env, allowed).output()
  const decoder = new TextDecoder()
  return { exitCode: code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) }
}

/** What a command in this process finds around it. */
export interface Surroundings {
  /** The width of the terminal that standard output is. Without it, that is a pipe. */
  readonly columns?: number
  /** Whether standard error is a terminal. */
  readonly stderrIsTerminal?: boolean
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a command in this process. */
export const runHere = async (
  command: Effect.Effect<number, never, Command.Environment>,
  { columns, env = {}, stderrIsTerminal = false }: Surroundings = {}
): Promise<Outcome> => {
  const said = { stdout: "", stderr: "" }
  const keep = (name: keyof typeof said) => () =>
    Sink.forEach((chunk: string | Uint8Array) => Effect.sync(() => void (said[name] += chunk)))
  const surroundings = Layer.mergeAll(
    Stdio.layerTest({
      stdoutIsTerminal: Effect.succeed(columns !== undefined),
      stderrIsTerminal: Effect.succeed(stderrIsTerminal),
      stdout: keep("stdout"),
      stderr: keep("stderr")
    }),
    Layer.effect(
      Terminal.Terminal,
      Effect.map(Terminal.Terminal, (terminal) => ({ ...terminal, columns: Effect.succeed(columns ?? 80) }))
    ),
    ConfigProvider.layer(ConfigProvider.fromEnv({ env }))
  ).pipe(Layer.provideMerge(Environment.layer))
  const exitCode = await Effect.runPromise(Effect.provide(command, surroundings))
  return { exitCode, ...said }
}

/** Runs `list` or `serve` in this process, on a terminal of the given width. */
export const runOnTerminal = (
  args: ReadonlyArray<string>,
  surroundings: Surroundings & { readonly columns: number }
): Promise<Outcome> => runHere(main(args), surroundings)

/** Serves a simulator, or whatever answers, for the time of a test. */
export const serving = (
  simulator: { readonly fetch: (request: Request) => Response | Promise<Response> }
): { readonly url: string } & AsyncDisposable => {
  const controller = new AbortController()
  const { signal } = controller
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, signal, onListen: () => {} }, simulator.fetch)
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => {
      controller.abort()
      return server.finished
    }
  }
}
