/**
 * The command `contract`: the checks of any server, from the command line.
 *
 * ```sh
 * deno run --allow-all jsr:@seam-effect/contract-tests/cli --operation ./todos.ts --url http://127.0.0.1:3000
 * ```
 *
 * The module runs when it is the main one. {@link main} is the same for a program that brings more:
 *
 * ```ts
 * import { main } from "@seam-effect/contract-tests/cli"
 *
 * console.log(await main(["--version"])) // 0
 * ```
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { readFile, writeFile } from "node:fs/promises"
import process from "node:process"
import type { Arguments } from "./cli/args.ts"
import * as Args from "./cli/args.ts"
import { credentialsOf } from "./cli/credentials.ts"
import type { Declared } from "./cli/declared.ts"
import * as Declarations from "./cli/declared.ts"
import { acceptedIn, expectedIn, itemsIn, usingFile } from "./cli/files.ts"
import * as Loopback from "./cli/loopback.ts"
import { Usage } from "./cli/Usage.ts"
import type { CheckInfo } from "./engine/Check.ts"
import type { RunError, RunOptions } from "./engine/Contract.ts"
import * as Contract from "./engine/Contract.ts"
import type { CheckResult, Report } from "./engine/Report.ts"
import * as Reports from "./engine/Report.ts"
import type { TargetOptions } from "./engine/Target.ts"
import * as Targets from "./engine/Target.ts"
import * as Drift from "./openapi/Drift.ts"
import * as Seam from "./seam/mod.ts"

/** What a program adds to the command. */
export interface Additions {
  /** A target for when no `--url` is given, with what else is known of it. It answers Seam's client sessions. */
  readonly embedded?: () => {
    /** How to reach it. */
    readonly target: TargetOptions
    /** What it is held to besides. */
    readonly options: RunOptions
  }
  /** Checks of a client, run where the embedded target is. */
  readonly client?: {
    /** What they are. */
    readonly catalogue: ReadonlyArray<CheckInfo>
    /** What came of them. */
    readonly results: Effect.Effect<ReadonlyArray<CheckResult>>
  }
}

/** What the command has to do with the world: the process's own by default. */
export interface Surroundings {
  /** An environment variable; throws where reading it is not allowed. */
  readonly variable: (name: string) => string | undefined
  /** Writes to standard output. */
  readonly print: (text: string) => void
  /** Writes to standard error. */
  readonly printError: (text: string) => void
  /** Whether standard output is a terminal: the values of the server's data are shown only there, unless they are asked for. */
  readonly stdoutIsTerminal: boolean
  /** Whether standard error is a terminal: progress is shown only there. */
  readonly stderrIsTerminal: boolean
  /** Calls a function once when the command is to end; gives what makes it listen no longer. */
  readonly onInterrupt: (stop: () => void) => () => void
}

const signals = ["SIGINT", "SIGTERM"] as const

const ofProcess: Surroundings = {
  variable: (name) => process.env[name],
  print: (text) => void process.stdout.write(text),
  printError: (text) => void process.stderr.write(text),
  stdoutIsTerminal: process.stdout.isTTY === true,
  stderrIsTerminal: process.stderr.isTTY === true,
  onInterrupt: (stop) => {
    const forget = (): void => {
      for (const signal of signals) process.removeListener(signal, onSignal)
    }
    // Who sends a second one gets what a signal does by itself.
    const onSignal = (): void => {
      forget()
      stop()
    }
    for (const signal of signals) process.on(signal, onSignal)
    return forget
  }
}

const drift = async ({ operation }: Declared, path: string, { print, printError }: Surroundings): Promise<number> => {
  if (operation.document === undefined) throw new Usage("The operation has no document to compare with.")
  const bytes = await usingFile("drift", readFile(path))
  const isOurs = operation === Seam.clientSessions
  const { exitCode, lines } = Drift.check(operation.document, bytes, isOurs ? Seam.deviations : undefined)
  if (exitCode === 2) throw new Usage(lines.join("\n"))
  print(lines.map((line) => `${line}\n`).join(""))
  if (exitCode === 1) {
    printError(
      isOurs
        ? "This client does not fit that document as it is.\n"
        : "A client of the recorded operation may not fit that document as it is.\n"
    )
  }
  return exitCode
}

const clearLine = "\r\u001b[K"

const endings = {
  0: "",
  1: "The contract does not hold.\n",
  3: "Nothing failed, but something is vacuous, unanswered, not reproduced, or was not asked or skipped though it was asked for.\n"
} as const

const problem = (error: RunError, given: Arguments): Usage =>
  error._tag === "UnusableOperation"
    ? new Usage(`The declaration can't be used.\n${error.message}`)
    : error._tag === "CannotJudge"
    ? new Usage(error.message)
    // The other options can't be unusable here: their flags have checked them.
    : given.has("replay")
    ? new Usage("--replay needs the id that a failure has named.")
    : new Usage(error.message.replace(/"[^"]*"/, "like that"))

const ofUrl = (
  declared: Declared,
  given: Arguments,
  url: string,
  variable: Surroundings["variable"]
): { readonly target: TargetOptions; readonly options: RunOptions } => {
  const problem = Targets.problemInUrl(url)
  if (problem !== undefined) throw new Usage(`--url ${problem}.`)
  const parsed = new URL(url)
  return {
    target: { url, fetch: Loopback.fetchFor(parsed), ...credentialsOf(declared, given, variable) },
    options: Loopback.isLoopback(parsed)
      ? {}
      : { maxRequests: 20_000, rate: 20 }
  }
}

/** The checks that are asked for, told apart: those of the target, and those of a client. */
const choose = (given: Arguments, clients: ReadonlyArray<CheckInfo>, withClients: boolean) => {
  const [wanted, skip] = [given.texts("check"), given.texts("skip")]
  const isCalled = (names: ReadonlyArray<string>) => ({ kind, name }: CheckInfo): boolean =>
    names.includes(name) || names.includes(kind)
  const ofClients = (name: string): boolean => withClients && clients.some(isCalled([name]))
  const own = wanted.filter((name) => !ofClients(name))
  return {
    // Where only a client's are wanted, none of the target's is.
    ...(wanted.length > 0 && { checks: own }),
    ...(skip.length > 0 && { skip: skip.filter((name) => !ofClients(name)) }),
    clients: withClients && !given.has("replay")
      ? clients.filter((info) => (wanted.length === 0 || isCalled(wanted)(info)) && !isCalled(skip)(info))
      : []
  }
}

const check = async (
  declared: Declared,
  given: Arguments,
  { client, embedded }: Additions,
  { onInterrupt, print, printError, stderrIsTerminal, stdoutIsTerminal, variable }: Surroundings
): Promise<number> => {
  const { operation } = declared
  const url = given.text("url")
  if (url === undefined && (embedded === undefined || operation !== Seam.clientSessions)) {
    throw new Usage("--url says which server to check.")
  }
  const own = url === undefined ? embedded?.() : ofUrl(declared, given, url, variable)
  if (own === undefined) return 2
  const conventions = [...declared.always, ...(url === undefined || given.has("conventions") ? declared.wire : [])]
  const { clients, ...chosen } = choose(given, client?.catalogue ?? [], url === undefined)
  const [accept, items] = [given.text("accept"), given.text("items")]
  const target: TargetOptions = {
    ...own.target,
    ...(items !== undefined && { items: await itemsIn(operation, items) })
  }
  const expected = { ...own.options.expected, ...expectedIn(given) }
  const accepted = accept === undefined ? [] : await acceptedIn(accept)
  const allowVacuous = given.has("allow-vacuous")
  const showsValues = given.has("show-values")
  /** Tells a report in the forms that were asked for; in those that programs read alone, where a line says it all to people. */
  const tell = async (report: Report, machinesOnly = false): Promise<void> => {
    const open = showsValues || stdoutIsTerminal ? Reports.withValues(report) : report
    const forMachines = showsValues ? open : report
    if (given.has("json")) print(`${JSON.stringify(forMachines, undefined, 2)}\n`)
    else if (!machinesOnly) print(`${Reports.lines(open, allowVacuous).join("\n")}\n`)
    const junit = given.text("junit")
    if (junit !== undefined) await usingFile("junit", writeFile(junit, Reports.junit(forMachines, allowVacuous)))
  }
  const progress = (text: string): void => stderrIsTerminal ? printError(`${clearLine}${text}`) : undefined
  const stop = Deferred.makeUnsafe<void>()
  const options: RunOptions = {
    ...own.options,
    conventions,
    ...numbers(given),
    ...chosen,
    accepted,
    expected,
    ...(given.has("replay") && { replay: given.text("replay") ?? "" }),
    stop: Deferred.await(stop),
    onCheck: ({ name, outcome }, { done, requests, total }) =>
      Effect.sync(() => progress(`${done} of ${total}, ${grouped(requests)} requests; the last ${name}: ${outcome}`))
  }
  const results = clients.length === 0 || client === undefined ? [] : await Effect.runPromise(client.results)
  const ofClients = results.filter(({ name }) => clients.some((info) => info.name === name))
  let isStopped = false
  const listening = onInterrupt(() => {
    isStopped = true
    Deferred.doneUnsafe(stop, Effect.void)
  })
  progress("looking at the target")
  const startedAt = new Date().toISOString()
  const exit = await Effect.runPromiseExit(Contract.run(operation, target, options)).finally(listening)
  progress("")
  if (Exit.isFailure(exit)) {
    const error = Cause.findErrorOption(exit.cause)
    if (error._tag === "None") throw Cause.squash(exit.cause)
    if (error.value._tag === "CannotJudge") {
      const { message, requests } = error.value
      const asked = Contract.selected(operation, options)
      await tell({
        target: target.name ?? target.url,
        seed: options.seed ?? 0,
        startedAt,
        seconds: (Date.now() - Date.parse(startedAt)) / 1000,
        requests,
        checks: asked.map(({ kind, name }) => ({
          name,
          kind,
          outcome: "unanswered",
          cases: 0,
          bites: 0,
          why: message
        })),
        readings: []
      }, true)
    }
    throw problem(error.value, given)
  }
  const report: Report = { ...exit.value, checks: [...exit.value.checks, ...ofClients] }
  await tell(report)
  const code = Reports.exitCode(report, allowVacuous)
  if (isStopped) printError("The run was interrupted: the report has what came of it until then.\n")
  printError(endings[code])
  return code
}

const grouped = (count: number): string => count.toLocaleString("en")

const numbers = (given: Arguments): RunOptions => {
  const [seed, runs, concurrency, maxRequests, rate, timeout] = [
    given.number("seed"),
    given.number("runs"),
    given.number("concurrency"),
    given.number("max-requests"),
    given.number("rate"),
    given.number("timeout")
  ]
  return {
    ...(seed !== undefined && { seed }),
    ...(runs !== undefined && { runs }),
    ...(concurrency !== undefined && { concurrency }),
    ...(maxRequests !== undefined && { maxRequests }),
    ...(rate !== undefined && { rate }),
    ...(timeout !== undefined && { timeout: timeout * 1000 })
  }
}

/** Runs the command. Resolves with its exit code: whatever went wrong has then been said. */
export const main = async (
  args: ReadonlyArray<string>,
  additions: Additions = {},
  surroundings: Surroundings = ofProcess
): Promise<number> => {
  try {
    const given = Args.parse(args)
    if (typeof given === "string") throw new Usage(`${given}\nSee --help.`)
    if (given.has("help")) {
      surroundings.print(Args.help())
      return 0
    }
    if (given.has("version")) {
      surroundings.print(`contract ${Args.version}\n`)
      return 0
    }
    const path = given.text("operation")
    const declared = path === undefined ? Declarations.seam : await Declarations.load(path)
    const document = given.text("drift")
    return document === undefined
      ? await check(declared, given, additions, surroundings)
      : await drift(declared, document, surroundings)
  } catch (cause) {
    if (cause instanceof Usage) {
      surroundings.printError(`${cause.message}\n`)
      return 2
    }
    // The message of a defect may hold anything. Its class, if it is one of the language's, says a little.
    const kind = [TypeError, RangeError, SyntaxError, ReferenceError].find((type) => cause instanceof type)?.name
    surroundings.printError(
      `This is a bug (${
        kind ?? "unknown error"
      }): please report it with the command line, but without the secrets in it.\n`
    )
    return 1
  }
}

if (import.meta.main) {
  // Standard output may still have something to write: the process ends by itself.
  process.exitCode = await main(process.argv.slice(2))
}
