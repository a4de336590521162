import * as CliError from "effect/cli/CliError"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as PlatformError from "effect/PlatformError"
import assert from "node:assert/strict"
import { Failure } from "./failure.ts"
import { run } from "./run.ts"
import { runHere, runOnTerminal } from "./testing.ts"

const key = "seam_secretkey"

const misplaced: ReadonlyArray<readonly [where: string, args: ReadonlyArray<string>, message: string]> = [
  ["as the value of a flag for numbers", ["serve", "--port", key], "Expected 0 to 65535 after --port."],
  ["as the value of a switch", ["list", `--json=${key}`], "Expected true, false or nothing after --json."],
  ["as the value of a negated switch", ["list", `--no-json=${key}`], "Expected true, false or nothing after --json."],
  ["as the value of --help", ["list", `--help=${key}`], "Expected true, false or nothing after --help."],
  ["twice as the value of a flag", ["list", "--endpoint", key, "--endpoint", key], "Give --endpoint only once."],
  ["as the name of a flag", ["list", `--${key}`], "list has no such flag."],
  ["as the name of a flag with a value", ["list", `--${key}=1`], "list has no such flag."],
  ["as the name of a flag, before the command", [`--${key}`, "list"], "client-sessions has no such flag."],
  ["behind a flag that is misspelt", ["list", "--api-key", key], "list has no such flag."],
  [
    "behind a flag that is nearly right",
    ["list", "--endpont", key],
    "list has no such flag. Did you mean --endpoint?"
  ],
  ["as letters behind one hyphen", ["list", `-${key}`], "list has no such flag."],
  ["as an argument", ["list", key], "list takes nothing but flags: a value goes after its flag."],
  ["as an argument after --", ["list", "--", key], "list takes nothing but flags: a value goes after its flag."],
  ["as a command", [key], "There is no such command. There are list and serve."],
  [
    "as a command that holds what a terminal obeys",
    [`\u001b[2J${key}`],
    "There is no such command. There are list and serve."
  ]
]

for (const [where, args, message] of misplaced) {
  Deno.test(`main() does not print a key that stands ${where}, and says what is wrong`, async () => {
    const said = await runOnTerminal(args, { columns: 80 })
    assert.deepEqual(said, { exitCode: 2, stdout: "", stderr: `${message}\nSee --help.\n` })
  })
}

Deno.test("main() suggests the command that was nearly typed", async () => {
  const { stderr } = await runOnTerminal(["lst"], { columns: 80 })
  assert.equal(stderr, "There is no such command. There are list and serve. Did you mean list?\nSee --help.\n")
})

const ends = (end: Effect.Effect<void, Failure | PlatformError.PlatformError>) =>
  runHere(run(Command.make("test", {}, () => end), []))

Deno.test("run() says the message of a Failure and exits with its code; an empty message is no line", async () => {
  assert.deepEqual(await ends(Effect.fail(new Failure({ message: "m", exitCode: 7 }))), {
    exitCode: 7,
    stdout: "",
    stderr: "m\n"
  })
  assert.deepEqual(await ends(Effect.fail(new Failure({ message: "", exitCode: 7 }))), {
    exitCode: 7,
    stdout: "",
    stderr: ""
  })
})

class Foreign extends Error {
  override readonly name = key
}

for (
  const [defect, what] of [
    [new TypeError(key), "TypeError"],
    [new Foreign(key), "unknown error"],
    [key, "unknown error"],
    [{ toString: () => key }, "unknown error"],
    [Object.create(null), "unknown error"]
  ] as const
) {
  Deno.test(`run() calls ${Deno.inspect(defect).split("\n")[0]} a bug without a word of it`, async () => {
    const { exitCode, stderr, stdout } = await ends(Effect.die(defect))
    assert.deepEqual([exitCode, stdout], [1, ""])
    assert.equal(
      stderr,
      `This is a bug (${what}): please report it with the command line, but without the secrets in it.\n`
    )
  })
}

Deno.test("run() says that standard output can't be written, without the runtime's words", async () => {
  const full = PlatformError.badArgument({ module: "Stdio", method: "stdout", description: key })
  assert.deepEqual(await ends(Effect.fail(full)), {
    exitCode: 1,
    stdout: "",
    stderr: "Can't write to standard output.\n"
  })
})

Deno.test("run() says the message of a rule between flags, and shows no other kind of mistake", async () => {
  const refused = (error: CliError.CliError) =>
    runHere(run(Command.make("test").pipe(Command.validate(() => Effect.fail(error))), []))
  assert.equal(
    (await refused(new CliError.ValidationError({ message: "Not both." }))).stderr,
    "Not both.\nSee --help.\n"
  )
  const { exitCode, stderr } = await refused(new CliError.UserError({ cause: key, userMessage: key }))
  assert.deepEqual([exitCode, stderr], [2, "The command line can't be understood.\nSee --help.\n"])
})
