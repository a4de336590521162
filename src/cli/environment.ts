/**
 * What a command of `effect/cli` needs of Deno, and the way to run one.
 *
 * @module
 */
import type * as Command from "effect/cli/Command"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as PlatformError from "effect/PlatformError"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Runtime from "effect/Runtime"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"

interface Output {
  readonly write: (bytes: Uint8Array) => Promise<number>
}

const writeAll = async (output: Output, bytes: Uint8Array): Promise<void> => {
  for (let written = 0; written < bytes.length;) written += await output.write(bytes.subarray(written))
}

// A reader that has seen enough, as `head` does, is no failure: what it doesn't want goes nowhere.
const ignoreClosedPipe = (error: unknown): Promise<void> =>
  error instanceof Deno.errors.BrokenPipe ? Promise.resolve() : Promise.reject(error)

const sink = (
  method: "stdout" | "stderr"
): Sink.Sink<void, string | Uint8Array, never, PlatformError.PlatformError> => {
  const encoder = new TextEncoder()
  return Sink.forEach((chunk) =>
    Effect.tryPromise({
      try: () =>
        writeAll(Deno[method], typeof chunk === "string" ? encoder.encode(chunk) : chunk).catch(ignoreClosedPipe),
      catch: (cause) => PlatformError.badArgument({ module: "Stdio", method, description: String(cause), cause })
    })
  )
}

const stdio = Layer.succeed(
  Stdio.Stdio,
  Stdio.make({
    args: Effect.sync(() => Deno.args),
    stdinIsTerminal: Effect.sync(() => Deno.stdin.isTerminal()),
    stdoutIsTerminal: Effect.sync(() => Deno.stdout.isTerminal()),
    stderrIsTerminal: Effect.sync(() => Deno.stderr.isTerminal()),
    stdout: () => sink("stdout"),
    stderr: () => sink("stderr"),
    stdin: Stream.empty
  })
)

const size = Effect.try({ try: () => Deno.consoleSize(), catch: () => undefined }).pipe(
  Effect.orElseSucceed(() => ({ columns: 80, rows: 24 }))
)

const unavailable = Effect.die(new Error("These commands ask nothing."))

const terminal = Layer.succeed(
  Terminal.Terminal,
  Terminal.make({
    // Some terminals know no width, and say 0.
    columns: Effect.map(size, ({ columns }) => columns || 80),
    rows: Effect.map(size, ({ rows }) => rows),
    size: unavailable,
    readInput: unavailable,
    readLine: unavailable,
    display: () => unavailable
  })
)

// One variable at a time, when it is asked for: a command needs leave to read no others. Empty is how shells spell unset.
const config = ConfigProvider.layer(
  ConfigProvider.make((path) =>
    Effect.try({
      try: () => Deno.env.get(path.join("_")),
      catch: () => new ConfigProvider.SourceError({ message: `Reading ${path.join("_")} is not allowed` })
    }).pipe(
      Effect.map((value) => value === undefined || value === "" ? undefined : ConfigProvider.makeValue(value))
    )
  )
)

/**
 * The environment of a command on Deno: standard output and error, the size of the terminal, the `SEAM_` variables.
 * There is no file system, no child process and no standard input in it: whoever uses one of those gets a defect.
 */
export const layer: Layer.Layer<Command.Environment> = Layer.mergeAll(
  stdio,
  terminal,
  config,
  FileSystem.layerNoop({}),
  Path.layer,
  Layer.mock(ChildProcessSpawner)({})
)

/** Writes the pieces to standard output, one by one. */
export const print = (pieces: Iterable<string>): Effect.Effect<void, PlatformError.PlatformError, Stdio.Stdio> =>
  Stdio.Stdio.use(({ stdout }) => Stream.run(Stream.fromIterable(pieces), stdout()))

/** Writes a line to standard error. */
export const printError = (text: string): Effect.Effect<void, PlatformError.PlatformError, Stdio.Stdio> =>
  Stdio.Stdio.use(({ stderr }) => Stream.run(Stream.succeed(`${text}\n`), stderr()))

const signals: ReadonlyArray<Deno.Signal> = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"]

/**
 * Runs a command as the whole program: its result is the exit code. Ctrl-C interrupts it and exits with 130; a second
 * one ends it at once.
 */
export const runMain: (main: Effect.Effect<number, never, Command.Environment>) => void = (main) =>
  Runtime.makeRunMain(({ fiber, teardown }) => {
    const interrupt = () => {
      forget()
      fiber.interruptUnsafe()
    }
    const forget = () => signals.forEach((signal) => Deno.removeSignalListener(signal, interrupt))
    signals.forEach((signal) => Deno.addSignalListener(signal, interrupt))
    fiber.addObserver((exit) => teardown(exit, (code) => Deno.exit(code)))
  })(Effect.provide(main, layer), {
    disableErrorReporting: true,
    teardown: (exit, onExit) =>
      Exit.isSuccess(exit) && typeof exit.value === "number"
        ? onExit(exit.value)
        : Runtime.defaultTeardown(exit, onExit)
  })
