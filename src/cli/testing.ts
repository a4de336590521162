/**
 * The commands as tests run them: as processes, and in this one with a terminal of a known width.
 *
 * @module
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Terminal from "effect/Terminal"
import type { Simulator } from "../simulator/mod.ts"
import * as Environment from "./environment.ts"
import { main } from "./mod.ts"

/** What a command said, and how it ended. */
export interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const variables = ["SEAM_API_KEY", "SEAM_PERSONAL_ACCESS_TOKEN", "SEAM_WORKSPACE_ID", "SEAM_ENDPOINT"]

/** Starts a command as a process of its own, with no more leave than it needs. */
export const spawn = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}): Deno.ChildProcess => {
  const module = new URL("mod.ts", import.meta.url).pathname
  const permissions = args[0] === "serve" ? ["--allow-net=127.0.0.1"] : ["--allow-net", `--allow-env=${variables}`]
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...permissions, module, ...args],
    env: { ...Object.fromEntries(variables.map((name) => [name, ""])), NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped"
  }).spawn()
}

/** Runs a command as a process of its own, to its end. */
export const run = async (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {}
): Promise<Outcome> => {
  const { code, stderr, stdout } = await spawn(args, env).output()
  const decoder = new TextDecoder()
  return { exitCode: code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) }
}

/** Runs a command in this process, on a terminal of the given width. */
export const runOnTerminal = async (
  args: ReadonlyArray<string>,
  options: { readonly columns: number; readonly env?: Readonly<Record<string, string>> }
): Promise<Outcome> => {
  const said = { stdout: "", stderr: "" }
  const keep = (name: keyof typeof said) => () =>
    Sink.forEach((chunk: string | Uint8Array) => Effect.sync(() => void (said[name] += chunk)))
  const environment = Layer.mergeAll(
    Stdio.layerTest({ stdoutIsTerminal: Effect.succeed(true), stdout: keep("stdout"), stderr: keep("stderr") }),
    Layer.effect(
      Terminal.Terminal,
      Effect.map(Terminal.Terminal, (terminal) => ({ ...terminal, columns: Effect.succeed(options.columns) }))
    ),
    ConfigProvider.layer(ConfigProvider.fromEnv({ env: options.env ?? {} }))
  ).pipe(Layer.provideMerge(Environment.layer))
  const exitCode = await Effect.runPromise(Effect.provide(main(args), environment))
  return { exitCode, ...said }
}

/** Serves a simulator for the time of a test. */
export const serving = (simulator: Pick<Simulator, "fetch">): { readonly url: string } & AsyncDisposable => {
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
