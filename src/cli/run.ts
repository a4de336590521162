/**
 * Runs a command of `effect/cli` to its exit code.
 *
 * @module
 */
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { PlatformError } from "effect/PlatformError"
import * as Stdio from "effect/Stdio"
import type { Terminal } from "effect/Terminal"
import { version } from "../client/operation.ts"
import { print, printError } from "./environment.ts"
import { type Failure, usage } from "./failure.ts"
import * as Misuse from "./misuse.ts"

const formatter = CliOutput.defaultFormatter({ colors: false })

// Help goes to standard output where it is asked for. Where an argument is wrong, one line says so and no more.
const presenter = Layer.effect(
  CliOutput.Presenter,
  Effect.map(Stdio.Stdio, (stdio) => ({
    present: (event: CliOutput.Presenter.Event) => {
      const said = event._tag === "Help"
        ? print([formatter.formatHelpDoc(event.helpDoc), "\n"])
        : event._tag === "Version"
        ? print([formatter.formatVersion(event.name, event.version), "\n"])
        : printError(`${Misuse.describe(event.errors, event.commandPath, event.helpDoc)}\nSee --help.`)
      return said.pipe(Effect.provideService(Stdio.Stdio, stdio), Effect.ignore)
    }
  }))
)

// The message of a defect may hold anything. Its class, if it is one of the language's, says a little.
const classes = [TypeError, RangeError, SyntaxError, ReferenceError]

const bug = (defect: unknown): string =>
  `This is a bug (${classes.find((type) => defect instanceof type)?.name ?? "unknown error"}): please report it with ` +
  "the command line, but without the secrets in it."

const settings = Layer.mergeAll(
  presenter,
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version] }),
  Layer.succeed(TerminalCapabilities.TerminalCapabilities, { canColor: false, canAnimate: false, canPrompt: false })
)

/** The command with its arguments. Succeeds with its exit code: whatever went wrong has then been said. */
export const run = <Name extends string, Input, Context>(
  command: Command.Command<Name, Input, Context, Failure | PlatformError, Stdio.Stdio | Terminal>,
  args: ReadonlyArray<string>
): Effect.Effect<number, never, Command.Environment> =>
  Command.runWith(command, { version })(args).pipe(
    Effect.as(0),
    Effect.catchTags({
      Failure: ({ exitCode, message }) => Effect.as(message === "" ? Effect.void : printError(message), exitCode),
      PlatformError: () => Effect.as(printError("Can't write to standard output."), 1)
    }),
    // The presenter has said it.
    Effect.catchIf(CliError.isCliError, () => Effect.succeed(usage)),
    Effect.provide(settings),
    Effect.catchDefect((defect) => Effect.as(printError(bug(defect)), 1)),
    // Standard error itself is closed or full.
    Effect.orElseSucceed(() => 1)
  )
