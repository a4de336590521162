/**
 * What to say of a command line that can't be understood.
 *
 * What somebody typed into the wrong place may be a key, and the messages of `effect/cli` quote it. So no text of theirs
 * is used here: a sentence is made of the kind of the mistake and of our own names, those of commands and flags.
 *
 * @module
 */
import type * as CliError from "effect/cli/CliError"
import type { HelpDoc } from "effect/cli/HelpDoc"

// What `effect/cli` calls a value of such a flag. Any other is a placeholder that a flag here has given itself.
const kinds: ReadonlyMap<string, string> = new Map([
  ["string", "a value"],
  ["integer", "a whole number"],
  ["boolean", "true, false or nothing"]
])

const listOf = (names: ReadonlyArray<string>, last: string): string => names.join(", ").replace(/, (?=[^,]*$)/, last)

// Suggestions are names of ours that are close to what was typed.
const suggest = (names: ReadonlyArray<string>): string =>
  names.length === 0 ? "" : ` Did you mean ${listOf(names, " or ")}?`

const wrongValue = (error: CliError.InvalidValue, { flags, globalFlags = [] }: HelpDoc): string => {
  const flag = [...flags, ...globalFlags].find(({ name }) => name === error.option)
  if (flag === undefined) return "A flag has a value that it does not take."
  return error.expected === "at most 1 value"
    ? `Give --${flag.name} only once.`
    : `Expected ${kinds.get(flag.type) ?? flag.type} after --${flag.name}.`
}

const sentence = (error: CliError.NonShowHelpErrors, command: string, help: HelpDoc): string => {
  switch (error._tag) {
    case "UnrecognizedOption":
      return `${error.command?.at(-1) ?? command} has no such flag.${suggest(error.suggestions)}`
    case "UnexpectedArgument":
      return `${command} takes nothing but flags: a value goes after its flag.`
    case "InvalidValue":
      return wrongValue(error, help)
    case "UnknownSubcommand": {
      const commands = (help.subcommands ?? []).flatMap(({ commands }) => commands.map(({ name }) => name))
      return `There is no such command. There are ${listOf(commands, " and ")}.${suggest(error.suggestions)}`
    }
    // Only the commands here make these, with a message of their own.
    case "ValidationError":
      return error.message
    default:
      return "The command line can't be understood."
  }
}

/** The mistakes in a command line, each said once. */
export const describe = (
  errors: ReadonlyArray<CliError.NonShowHelpErrors>,
  commandPath: ReadonlyArray<string>,
  help: HelpDoc
): string => [...new Set(errors.map((error) => sentence(error, commandPath.at(-1) ?? "", help)))].join("\n")
