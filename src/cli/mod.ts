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
import * as Command from "effect/cli/Command"
import type * as Effect from "effect/Effect"
import { runMain } from "./environment.ts"
import { list } from "./list.ts"
import { run } from "./run.ts"
import { serve } from "./serve.ts"

const commands = Command.make("client-sessions").pipe(
  Command.withDescription("Lists Seam client sessions, and simulates the API that does."),
  Command.withSubcommands([list, serve])
)

/** Runs the command that the arguments name. Succeeds with its exit code: whatever went wrong has then been said. */
export const main = (args: ReadonlyArray<string>): Effect.Effect<number, never, Command.Environment> =>
  run(commands, args)

if (import.meta.main) runMain(main(Deno.args))
