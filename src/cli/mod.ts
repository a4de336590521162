/**
 * The commands `list` and `serve`.
 *
 * ```sh
 * deno task list --user-identifier-key jane_doe
 * deno task serve --port 3020
 * ```
 *
 * The module runs when it is the main one. {@link main} is the same for a program that brings its own environment:
 *
 * ```ts
 * import { main } from "@seam-effect/client-sessions/cli"
 * import type * as Command from "effect/cli/Command"
 * import type * as Effect from "effect/Effect"
 *
 * const exitCode: Effect.Effect<number, never, Command.Environment> = main(["list", "--json"])
 * ```
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
import * as Stdio from "effect/Stdio"
import { version } from "../internal/operation.ts"
import { redact } from "../internal/redact.ts"
import { print, printError, runMain } from "./environment.ts"
import { usage } from "./failure.ts"
import { list } from "./list.ts"
import { escape } from "./printable.ts"
import { serve } from "./serve.ts"

const commands = Command.make("client-sessions").pipe(
  Command.withDescription("Lists Seam client sessions, and simulates the API that does."),
  Command.withSubcommands([list, serve])
)

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
        : printError(`${event.errors.map(({ message }) => say(message)).join("\n")}\nSee --help.`)
      return said.pipe(Effect.provideService(Stdio.Stdio, stdio), Effect.ignore)
    }
  }))
)

// What somebody typed into the wrong place may be a key, and may hold anything.
const say = (message: string): string => escape(redact(message.replaceAll(/\s*\n\s*/g, " "), []))

const settings = Layer.mergeAll(
  presenter,
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version] }),
  Layer.succeed(TerminalCapabilities.TerminalCapabilities, { canColor: false, canAnimate: false, canPrompt: false })
)

/** Runs the command that the arguments name. Succeeds with its exit code: whatever went wrong has then been said. */
export const main = (args: ReadonlyArray<string>): Effect.Effect<number, never, Command.Environment> =>
  Command.runWith(commands, { version })(args).pipe(
    Effect.as(0),
    Effect.catchTags({
      Failure: ({ exitCode, message }) => Effect.as(message === "" ? Effect.void : printError(message), exitCode),
      PlatformError: ({ reason }) => Effect.as(printError(`Can't write: ${reason.description}`), 1)
    }),
    // The presenter has said it.
    Effect.catchIf(CliError.isCliError, () => Effect.succeed(usage)),
    Effect.provide(settings),
    Effect.catchDefect((defect) => Effect.as(printError(`This is a bug: ${say(String(defect))}`), 1)),
    // Standard error itself is closed or full.
    Effect.orElseSucceed(() => 1)
  )

if (import.meta.main) runMain(main(Deno.args))
